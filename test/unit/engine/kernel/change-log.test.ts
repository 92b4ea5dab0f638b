import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openBench, opened, query, stores, bytes, type Bench } from "./harness.js";

const keptBytes = 256 * 1024;
const padding = "x".repeat(1000);

describe.each(stores)("change log over a %s store", (kind) => {
  let bench: Bench;

  beforeEach(async () => {
    bench = openBench(kind, { changesKeptBytes: keptBytes });
    await bench.collection([{ n: 1 }]);
  });

  afterEach(() => bench.close());

  const insertSome = async (from: number, count: number, aCommit: number) => {
    for (let first = from; first < from + count; first += aCommit) {
      await bench.insert(...Array.from({ length: aCommit }, (_, index) => ({ _id: first + index, padding })));
    }
  };

  const log = () =>
    bench.kernel.read((unit) => {
      const changes = unit.changeLog();
      return {
        since: changes.since ?? 0n,
        versions: [...changes.from(Buffer.alloc(12))].map(({ key }) => key.readBigUInt64BE()),
      };
    });

  it("forgets the oldest changes beyond its size, and says from where on it has all", async () => {
    await bench.kernel.watchChanges();
    await insertSome(0, 4000, 100);
    await bench.kernel.maintain();
    const { since, versions } = log();
    expect(bench.store.sizeOf("changes")).toBeLessThanOrEqual(keptBytes);
    expect(versions.every((version) => version >= since)).toBe(true);
    const [oldest] = versions;
    const kept = versions.filter((version) => version === oldest).length;
    expect(kept).toBe(100);
  });

  it("forgets a commit that is larger than all it may keep", async () => {
    await bench.kernel.watchChanges();
    await insertSome(0, 3000, 3000);
    await bench.kernel.maintain();
    expect(log().versions).toEqual([]);
  });

  it("keeps what fits", async () => {
    await bench.kernel.watchChanges();
    await insertSome(0, 100, 10);
    await bench.kernel.maintain();
    expect(log().versions).toHaveLength(100);
  });

  it("logs nothing before somebody asked", async () => {
    await insertSome(0, 10, 10);
    expect(log().versions).toEqual([]);
    await bench.kernel.watchChanges();
    await bench.kernel.write((unit) => {
      const collection = opened(unit, bench.ns);
      for (const { stored } of [...unit.find(collection, query({ _id: 3 }))])
        unit.replace(collection, stored, new Map(stored.doc()));
      unit.insert(collection, bytes({ _id: 10 }));
    });
    expect(log().versions.length).toBeGreaterThan(0);
  });
});
