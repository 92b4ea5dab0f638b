import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLmdbStore } from "../../../../src/engine/storage/lmdb-store.js";
import { pause } from "../../../../src/engine/storage/pause.js";
import { StorageError } from "../../../../src/engine/storage/storage-error.js";
import type { Store } from "../../../../src/engine/storage/store.js";
import { killChildren, runChild, startChild } from "./children.js";

/** Of opening, writing and closing: so many that it goes wrong in one of them when nothing is done about it. */
const rounds = 100;

const openAndClose = `
  while (!isEnding) {
    await openLmdbStore({ path }).close();
    console.log("opened");
    await sleep(2);
  }
`;

const openWriteAndClose = `
  console.log("ready");
  await ending;
  for (let round = 0; round < ${rounds}; round++) {
    const store = openLmdbStore({ path, noSync: true });
    await store.write((writer) => writer.put("docs", Buffer.from(name + round), Buffer.from("x")));
    await store.close();
    for (let count = 0; count < 5; count++) await openLmdbStore({ path, noSync: true }).close();
  }
`;

const commitForEver = `
  const store = openLmdbStore({ path });
  console.log("opened");
  while (!isEnding) {
    await store.write((writer) => {
      for (let count = 0; count < 50; count++) writer.put("docs", Buffer.from("small" + Math.random()), Buffer.alloc(300));
    });
  }
`;

/** Whoever opened the file while another committed would leave this behind. */
const countBack = `
  const lock = fs.openSync(path + "/lock.mdb", "r+");
  const newest = Buffer.alloc(8);
  fs.readSync(lock, newest, 0, 8, 8);
  newest.writeBigUInt64LE(newest.readBigUInt64LE() - 1n);
  fs.writeSync(lock, newest, 0, 8, 8);
  fs.closeSync(lock);
`;

const openOnce = `
  await openLmdbStore({ path }).close();
`;

const key = (id: string | number) => Buffer.from(`${id}`);

let directory: string;
let store: Store;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "opening-")));
});

afterEach(async () => {
  await killChildren();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const open = (noSync = false) => {
  store = openLmdbStore({ path: directory, noSync, restAfterBytes: Infinity });
};

const put = (id: string | number) => store.write((writer) => writer.put("docs", key(id), key(id)));

/** Those of the ids that cannot be read. */
const missing = <Id extends string | number>(ids: readonly Id[]) => {
  const snapshot = store.snapshot();
  const gone = ids.filter((id) => snapshot.get("docs", key(id)) === undefined);
  snapshot.close();
  return gone;
};

const numbersTo = (end: number) => Array.from({ length: end }, (_, number) => number);

describe("a store that other processes open and close", () => {
  it("keeps each write, for the next one and for the next snapshot too", { timeout: 60_000 }, async () => {
    // Without waiting for the disk, a commit more often falls into an opening.
    open(true);
    const children = [startChild(openAndClose, directory), startChild(openAndClose, directory)];
    await Promise.all(children.map(({ begun }) => begun));
    const lost: number[] = [];
    const stale: number[] = [];
    const end = Date.now() + 1500;
    let count = 0;
    for (; Date.now() < end; count++) {
      const hasLast = await store.write((writer) => {
        writer.put("docs", key(count), key(count));
        return count === 0 || writer.get("docs", key(count - 1)) !== undefined;
      });
      if (!hasLast) lost.push(count - 1);
      stale.push(...missing([count]));
    }
    for (const child of children) child.end();
    const endings = await Promise.all(children.map(({ ended }) => ended));
    expect({ lost, stale, missing: missing(numbersTo(count)) }).toEqual({ lost: [], stale: [], missing: [] });
    expect(endings.map(({ code }) => code)).toEqual([0, 0]);
  });

  it("keeps each write of processes that all open, write and close", { timeout: 60_000 }, async () => {
    const names = ["a", "b", "c"];
    const children = names.map((name) => startChild(openWriteAndClose, directory, name));
    await Promise.all(children.map(({ begun }) => begun));
    for (const child of children) child.end();
    const endings = await Promise.all(children.map(({ ended }) => ended));
    expect(endings.map(({ code }) => code)).toEqual([0, 0, 0]);
    open();
    expect(missing(names.flatMap((name) => numbersTo(rounds).map((round) => `${name}${round}`)))).toEqual([]);
  });

  it("makes each large commit while another that commits is killed", { timeout: 60_000 }, async () => {
    open();
    let commits = 0;
    const commit = () => {
      const value = Buffer.alloc(1000, ++commits);
      return store.write((writer) => {
        for (let count = 0; count < 1000; count++) writer.put("docs", key(count), value);
      });
    };
    for (let round = 0; round < 15; round++) {
      const child = startChild(commitForEver, directory);
      await child.begun;
      await commit();
      await sleep(Math.random() * 50);
      await Promise.all([commit(), child.kill()]);
    }
    const last = Buffer.alloc(1000, commits);
    const snapshot = store.snapshot();
    const kept = numbersTo(1000).filter((count) => snapshot.get("docs", key(count))?.equals(last));
    snapshot.close();
    expect(kept.length).toBe(1000);
  });
});

describe("a store whose newest commit a process that ended has counted back", { timeout: 30_000 }, () => {
  beforeEach(async () => {
    open();
    await put("first");
    await put("second");
    expect(runChild(countBack, directory)).toBe(0);
  });

  const expectAllAfterRest = async () => {
    const resting = store.rest();
    expect(resting).toBeInstanceOf(Promise);
    await resting;
    expect(store.rest()).toBeUndefined();
    expect(missing(["first", "second", "third"])).toEqual(["third"]);
    await put("third");
    expect(missing(["first", "second", "third"])).toEqual([]);
  };

  it("rejects a write, which would take that commit's place, until it has rested", async () => {
    expect(store.rest()).toBeUndefined();
    const error = await put("third").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({
      kind: "failed",
      path: directory,
      message: expect.stringContaining("try again") as string,
    });
    await expectAllAfterRest();
  });

  it("reads nothing older than what it wrote until it has rested", async () => {
    expect(() => store.snapshot()).toThrow(StorageError);
    expect(() => store.snapshot()).toThrow(`Cannot find the newest data in ${directory}`);
    await expectAllAfterRest();
  });

  it("goes on without a rest once another process has opened it", async () => {
    const [written, opened] = await Promise.allSettled([put("third"), startChild(openOnce, directory).ended]);
    // The other may have come too late for this one.
    if (written.status === "rejected") expect(written.reason).toBeInstanceOf(StorageError);
    expect(opened).toMatchObject({ value: { code: 0 } });
    await put("fourth");
    const expected = written.status === "rejected" ? ["third"] : [];
    expect(missing(["first", "second", "third", "fourth"])).toEqual(expected);
  });
});

describe("opening a store", () => {
  it("puts it right when what it counts from is no longer the newest commit", { timeout: 30_000 }, async () => {
    open();
    await put("first");
    const child = startChild(openOnce, directory);
    const code = await store.write(() => {
      // The child waits for this write to end, before it can read anything.
      for (let tries = 0; tries < 10_000 && !readdirSync(directory).includes("opening"); tries++) pause(1);
      return runChild(countBack, directory);
    });
    expect(code).toBe(0);
    expect((await child.ended).code).toBe(0);
    await put("second");
    expect(missing(["first", "second"])).toEqual([]);
  });
});
