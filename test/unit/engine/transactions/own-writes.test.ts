import { expect, it } from "vitest";
import { createKernel } from "../../../../src/engine/kernel/kernel.js";
import type { Unit } from "../../../../src/engine/kernel/types.js";
import { openMemoryStore } from "../../../../src/engine/storage/memory-store.js";
import type { Snapshot, Store } from "../../../../src/engine/storage/store.js";
import { bytes, doc, opened, plain, query } from "../kernel/harness.js";

const ns = { db: "test", coll: "items" };

/** A store whose writes, once slow, are made at once but seen and acknowledged only when `land` is called. */
function slowStore(): { store: Store; slow: () => void; land: () => void } {
  const inner = openMemoryStore();
  let isSlow = false;
  let old: Snapshot | undefined;
  let land = (): void => undefined;
  const store: Store = {
    ...inner,
    snapshot: () => old ?? inner.snapshot(),
    async write(work) {
      if (!isSlow) return inner.write(work);
      isSlow = false;
      old = inner.snapshot();
      const landed = new Promise<void>((resolve) => (land = resolve));
      const result = await inner.write(work);
      await landed;
      old = undefined;
      return result;
    },
  };
  return { store, slow: () => void (isSlow = true), land: () => land() };
}

it("a transaction conflicts with a write that was made, but not seen yet, when it took its document", async () => {
  const { store, slow, land } = slowStore();
  const kernel = createKernel(store);
  const set = (unit: Unit, a: number): void => {
    const [match] = unit.find(opened(unit, ns), query({ _id: 1 }));
    if (match === undefined) throw new Error("The document is gone");
    unit.replace(opened(unit, ns), match.stored, doc({ _id: 1, a }));
  };
  await kernel.write((unit) => unit.insert(unit.createCollection(ns), bytes({ _id: 1, a: 1 })));
  const transaction = kernel.begin();
  slow();
  const other = kernel.write((unit) => set(unit, 5));
  await new Promise((resolve) => setImmediate(resolve));
  set(transaction.unit, 6);
  land();
  await other;
  await expect(transaction.commit()).rejects.toMatchObject({ code: 112, labels: ["TransientTransactionError"] });
  const [match] = kernel.read((unit) => [...unit.find(opened(unit, ns), query({ _id: 1 }))]);
  expect(plain(match?.stored.doc().get("a"))).toBe(5);
  await kernel.close();
});
