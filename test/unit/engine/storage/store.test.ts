import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLmdbStore } from "../../../../src/engine/storage/lmdb-store.js";
import { openMemoryStore } from "../../../../src/engine/storage/memory-store.js";
import { afterPrefix, type Store } from "../../../../src/engine/storage/store.js";

const key = (number: number) => Buffer.from([1, number >> 8, number & 0xff]);
const value = (text: string) => Buffer.from(text);
const all = { start: Buffer.from([1]), end: Buffer.from([2]) };

describe.each(["lmdb", "memory"])("%s store", (kind) => {
  let directory: string;
  let store: Store;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "store-"));
    store = kind === "lmdb" ? openLmdbStore({ path: directory }) : openMemoryStore();
  });

  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const fill = (count: number) =>
    store.write((writer) => {
      for (let number = 0; number < count; number++) writer.put("docs", key(number), value(`v${number}`));
    });

  const numbers = (reverse = false, range = all) => {
    const snapshot = store.snapshot();
    const found = [...snapshot.entries("docs", { ...range, reverse })].map(({ value: text }) => text.toString());
    snapshot.close();
    return found;
  };

  it("reads what was written, in order, both ways and over several pages", async () => {
    await fill(3000);
    const expected = Array.from({ length: 3000 }, (_, number) => `v${number}`);
    expect(numbers()).toEqual(expected);
    expect(numbers(true)).toEqual(expected.toReversed());
    expect(numbers(true, { start: key(10), end: key(13) })).toEqual(["v12", "v11", "v10"]);
    expect(numbers(false, { start: key(10), end: key(13) })).toEqual(["v10", "v11", "v12"]);
    expect(numbers(false, { start: key(13), end: key(10) })).toEqual([]);
  });

  it("counts and lists keys", async () => {
    await fill(100);
    const snapshot = store.snapshot();
    expect(snapshot.count("docs", { start: key(10), end: key(20) })).toBe(10);
    expect(snapshot.count("docs", all)).toBe(100);
    expect([...snapshot.keys("docs", { start: key(98), end: key(500) })]).toEqual([key(98), key(99)]);
    expect(snapshot.get("docs", key(7))?.toString()).toBe("v7");
    expect(snapshot.get("docs", key(200))).toBeUndefined();
    expect(snapshot.get("indexes", key(7))).toBeUndefined();
    snapshot.close();
  });

  it("keeps a snapshot as it was, also when it was not read before the write", async () => {
    await fill(2);
    const snapshot = store.snapshot();
    await store.write((writer) => writer.put("docs", key(0), value("new")));
    const later = store.snapshot();
    expect(snapshot.get("docs", key(0))?.toString()).toBe("v0");
    expect(later.get("docs", key(0))?.toString()).toBe("new");
    snapshot.close();
    expect(later.get("docs", key(0))?.toString()).toBe("new");
    later.close();
  });

  it("undoes a work that throws and keeps the others of the same commit", async () => {
    await fill(3);
    const first = store.write((writer) => writer.put("docs", key(10), value("kept")));
    const failed = store.write((writer) => {
      writer.put("docs", key(0), value("changed"));
      writer.remove("docs", key(1));
      writer.putNew("docs", key(11), value("new"));
      writer.put("docs", key(0), value("changed again"));
      throw new Error("stop");
    });
    const last = store.write((writer) => writer.get("docs", key(0))?.toString());
    await expect(failed).rejects.toThrow("stop");
    await first;
    await expect(last).resolves.toBe("v0");
    expect(numbers()).toEqual(["v0", "v1", "v2", "kept"]);
  });

  it("lets a writer see its own changes and change what it goes through", async () => {
    await fill(100);
    const seen = await store.write((writer) => {
      let count = 0;
      for (const entry of writer.entries("docs", all)) {
        writer.remove("docs", entry.key);
        count++;
      }
      return [count, writer.count("docs", all)];
    });
    expect(seen).toEqual([100, 0]);
  });

  it("keeps large values", async () => {
    const large = Buffer.alloc(17_000_000, 7);
    const middle = Buffer.alloc(40_000, 8);
    await store.write((writer) => {
      writer.put("docs", key(1), large);
      writer.put("docs", key(2), middle);
    });
    const snapshot = store.snapshot();
    const [first, second] = [...snapshot.entries("docs", all)];
    expect(first?.value.equals(large)).toBe(true);
    expect(second?.value.equals(middle)).toBe(true);
    const again = snapshot.get("docs", key(2));
    expect(snapshot.get("docs", key(1))?.equals(large)).toBe(true);
    expect(again?.equals(middle)).toBe(true);
    snapshot.close();
  });

  it("works on after compact", async () => {
    await fill(500);
    await store.compact();
    await store.write((writer) => writer.put("docs", key(0), value("after")));
    expect(numbers().length).toBe(500);
    expect(numbers()[0]).toBe("after");
  });
});

describe("afterPrefix", () => {
  it("is the first key after all keys with the prefix", () => {
    expect(afterPrefix(Buffer.from([1, 2]))).toEqual(Buffer.from([1, 3]));
    expect(afterPrefix(Buffer.from([1, 0xff, 0xff]))).toEqual(Buffer.from([2]));
    expect(afterPrefix(Buffer.from([0xff]))).toBeUndefined();
  });
});
