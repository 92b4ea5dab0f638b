import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKernel } from "../../../../src/engine/kernel/kernel.js";
import type { Kernel } from "../../../../src/engine/kernel/types.js";
import { openLmdbStore } from "../../../../src/engine/storage/lmdb-store.js";
import { bytes, indexSpec, opened, plain, query } from "../kernel/harness.js";

const engine = new URL("../../../../dist/engine/", import.meta.url);
const ns = { db: "test", coll: "items" };

/** What the other processes run, on the built engine: `name` and `directory` are theirs, `add` counts up a document. */
const prelude = `
  const engine = process.argv[1];
  const [name, directory] = process.argv.slice(2);
  const { createKernel } = await import(engine + "kernel/kernel.js");
  const { openLmdbStore } = await import(engine + "storage/lmdb-store.js");
  const { encodeDoc } = await import(engine + "bson/encode.js");
  const { docOf, Int32 } = await import(engine + "bson/types.js");
  const { compileFilter } = await import(engine + "query/matcher.js");
  const kernel = createKernel(openLmdbStore({ path: directory }));
  const ns = { db: "test", coll: "items" };
  const insert = (unit, fields) => unit.insert(unit.collection(ns), encodeDoc(docOf(fields)));
  const byId = (id) => ({ filter: docOf({ _id: id }), matcher: compileFilter(docOf({ _id: id })) });
  const add = (unit, id) => {
    const collection = unit.collection(ns);
    const [{ stored }] = unit.find(collection, byId(id));
    unit.replace(collection, stored, new Map([...stored.doc(), ["n", new Int32(stored.doc().get("n").value + 1)]]));
  };
`;

/** Inserts and transfers without end, and prints each once it is acknowledged. */
const writeForEver = `${prelude}
  const single = async (worker) => {
    for (let count = 0; ; count++) {
      const id = name + "/" + worker + "/" + count;
      await kernel.write((unit) => insert(unit, { _id: id, u: id, a: [worker, count] }));
      console.log("single " + id);
    }
  };
  const double = async (worker) => {
    for (let count = 0; ; count++) {
      const transaction = kernel.begin();
      const id = "pair/" + name + "/" + worker + "/" + count;
      try {
        insert(transaction.unit, { _id: id + "/left", u: id });
        insert(transaction.unit, { _id: id + "/right" });
        await transaction.commit();
        console.log("pair " + id);
      } catch (error) {
        transaction.abort();
        if (error.code !== 112) throw error;
      }
    }
  };
  for (let worker = 0; worker < 4; worker++) void single(worker), void double(worker);
`;

/** 40 single and 20 transactional additions to one document, and 20 tries to take one of 15 unique keys. */
const countUp = `${prelude}
  const tryAgain = async () => {
    for (;;) {
      const transaction = kernel.begin();
      try {
        add(transaction.unit, "counter");
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
        insert(transaction.unit, { u: name + Math.random() });
        await transaction.commit();
        return;
      } catch (error) {
        transaction.abort();
        if (error.code !== 112) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
      }
    }
  };
  const work = [];
  let taken = 0;
  for (let count = 0; count < 20; count++) {
    work.push(kernel.write((unit) => add(unit, "counter")), kernel.write((unit) => add(unit, "counter")), tryAgain());
    work.push(
      kernel.write((unit) => insert(unit, { u: "prize" + (count % 15) })).then(
        () => taken++,
        (error) => { if (error.code !== 11000) throw error; },
      ),
    );
  }
  await Promise.all(work);
  await kernel.close();
  console.log("taken " + taken);
`;

describe("a data directory", () => {
  let directory: string;
  let kernel: Kernel;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "processes-"));
    kernel = createKernel(openLmdbStore({ path: directory }));
    await kernel.write((unit) => {
      const collection = unit.createCollection(ns);
      unit.createIndex(collection, indexSpec({ u: 1 }, { unique: true, sparse: true }));
      unit.createIndex(collection, indexSpec({ a: 1 }));
      unit.insert(collection, bytes({ _id: "counter", n: 0 }));
    });
  });
  afterEach(async () => {
    await kernel.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const start = (code: string, name: string) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", code, engine.href, name, directory], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => lines.push(text));
    return { child, output: () => lines.join("").split("\n").filter(Boolean) };
  };

  const idsLike = (pattern: RegExp) =>
    kernel.read((unit) => {
      const found = [...unit.find(opened(unit, ns), query({ _id: { $regex: pattern.source } }))];
      return new Set(found.map(({ stored }) => plain(stored.doc().get("_id")) as string));
    });

  it(
    "has all that was acknowledged after kill -9, no half transaction, and sound indexes",
    { timeout: 60_000 },
    async () => {
      for (let round = 0; round < 4; round++) {
        const writers = [start(writeForEver, `${round}a`), start(writeForEver, `${round}b`)];
        await Promise.all(writers.map(({ child }) => once(child.stdout, "data")));
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
        for (const { child } of writers) child.kill("SIGKILL");
        await Promise.all(writers.map(({ child }) => once(child, "close")));
        // The last line may have been cut by the kill.
        const acknowledged = writers.flatMap(({ output }) => output().slice(0, -1));
        const stored = idsLike(/./);
        const singles = acknowledged.filter((line) => line.startsWith("single "));
        const pairs = acknowledged.filter((line) => line.startsWith("pair "));
        expect(singles.length).toBeGreaterThan(0);
        expect(singles.filter((line) => !stored.has(line.slice(7)))).toEqual([]);
        expect(pairs.filter((line) => !stored.has(`${line.slice(5)}/left`))).toEqual([]);
        const halves = [...stored].filter((id) => id.startsWith("pair/") && !stored.has(otherHalf(id)));
        expect(halves).toEqual([]);
        expect(kernel.integrity()).toEqual([]);
      }
    },
  );

  it("is shared by processes without a lost update or a key given twice", { timeout: 60_000 }, async () => {
    const workers = ["a", "b", "c"].map((name) => start(countUp, name));
    const codes = await Promise.all(workers.map(({ child }) => once(child, "close")));
    expect(codes.map(([code]) => code as number)).toEqual([0, 0, 0]);
    const taken = workers.flatMap(({ output }) => output()).map((line) => Number(line.replace("taken ", "")));
    expect(taken.reduce((sum, count) => sum + count)).toBe(15);
    const counter = kernel.read((unit) => [...unit.find(opened(unit, ns), query({ _id: "counter" }))][0]);
    expect(plain(counter?.stored.doc().get("n"))).toBe(3 * 60);
    expect(kernel.integrity()).toEqual([]);
  });
});

function otherHalf(id: string): string {
  return id.endsWith("/left") ? id.replace(/left$/, "right") : id.replace(/right$/, "left");
}
