import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { benchProducts, writeOrders } from "../../../src/bench/samples.js";
import { collect } from "../../../src/graph/streams.js";
import { openOrderSource } from "../../../src/order/load/open.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "bench-samples-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("writeOrders", () => {
  it("writes as many good orders as asked for, of known products", async () => {
    const path = join(directory, "spread.ndjson");
    await writeOrders(path, 2_500);
    const source = await openOrderSource([path], { stdin: Readable.from([]), skipInvalid: false });
    const known = new Set(benchProducts().map(({ _id }) => _id));
    const ids = new Set<string>();
    for (const { lines } of (await collect(source.orders())).flat())
      for (const { product_id } of lines) ids.add(product_id);
    await source.close();
    expect(source.count).toBe(2_500);
    expect([...ids].every((id) => known.has(id))).toBe(true);
    expect(ids.size).toBeGreaterThan(900);
  });

  it("writes the same each time, and one product only when it is to be hot", async () => {
    const [first, second, hot] = ["first", "second", "hot"].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    await writeOrders(first, 50);
    await writeOrders(second, 50);
    await writeOrders(hot, 50, true);
    expect(await readFile(first, "utf8")).toBe(await readFile(second, "utf8"));
    expect(new Set((await readFile(hot, "utf8")).match(/"p\d+"/g))).toEqual(new Set(['"p0"']));
  });
});
