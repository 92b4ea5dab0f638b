import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLmdbStore } from "../../../../src/engine/storage/lmdb-store.js";
import { MemoryGauge } from "../../../../src/engine/storage/memory-gauge.js";
import type { Store } from "../../../../src/engine/storage/store.js";

const key = (number: number) => Buffer.from([1, number]);

describe("rest", () => {
  let directory: string;
  let store: Store;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "rest-"));
    store = openLmdbStore({ path: directory, restAfterBytes: -1 });
  });

  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const write = (number: number) => store.write((writer) => writer.put("docs", key(number), key(number)));

  const read = (number: number) => {
    const snapshot = store.snapshot();
    const found = snapshot.get("docs", key(number));
    snapshot.close();
    return found;
  };

  it("keeps what was written, and what is written afterwards", async () => {
    for (let number = 0; number < 5; number++) {
      await write(number);
      const resting = store.rest();
      expect(resting).toBeInstanceOf(Promise);
      await resting;
      for (let earlier = 0; earlier <= number; earlier++) expect(read(earlier)).toEqual(key(earlier));
      // It looks at the memory only so often.
      await sleep(110);
    }
  });

  it("does not begin while something is read or written", async () => {
    const snapshot = store.snapshot();
    expect(store.rest()).toBeUndefined();
    snapshot.close();
    snapshot.close();
    const writing = write(1);
    expect(store.rest()).toBeUndefined();
    await writing;
    await store.rest();
    expect(read(1)).toEqual(key(1));
  });

  it("gives nothing to do while memory is low", async () => {
    await store.close();
    store = openLmdbStore({ path: directory, restAfterBytes: Infinity });
    expect(store.rest()).toBeUndefined();
  });
});

describe("MemoryGauge", () => {
  const whenDue = () => sleep(110);

  it("is high once more is mapped than the limit since the least that it saw, and starts anew when told", async () => {
    let mapped = 500;
    const gauge = new MemoryGauge(100, () => mapped);
    expect(gauge.isHigh()).toBe(false);
    mapped = 600;
    await whenDue();
    expect(gauge.isHigh()).toBe(false);
    mapped = 601;
    await whenDue();
    expect(gauge.isHigh()).toBe(true);
    gauge.restart();
    await whenDue();
    expect(gauge.isHigh()).toBe(false);
  });

  it("is overdue at twice the limit, until it starts anew", async () => {
    let mapped = 500;
    const gauge = new MemoryGauge(100, () => mapped);
    expect(gauge.isOverdue()).toBe(false);
    mapped = 700;
    await whenDue();
    expect([gauge.isHigh(), gauge.isOverdue()]).toEqual([true, false]);
    mapped = 701;
    await whenDue();
    expect([gauge.isOverdue(), gauge.isOverdue()]).toEqual([true, true]);
    gauge.restart();
    expect(gauge.isOverdue()).toBe(false);
  });

  it("does not count the heap where the system tells it from mapped files", async () => {
    const gauge = new MemoryGauge(48 * 1024 * 1024);
    gauge.isHigh();
    const heap = Buffer.alloc(160 * 1024 * 1024, 1);
    await whenDue();
    expect(gauge.isHigh()).toBe(process.platform !== "linux");
    expect(heap.length).toBeGreaterThan(0);
  });
});
