import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { processOrders } from "../../src/graph/run.js";
import { loadProducts } from "../../src/inventory/load.js";
import { openOrderSource } from "../../src/order/load/open.js";
import { deskOf } from "../support/runs.js";
import { actor, auditOf, openShop, type Shop, stockOf } from "../support/shop.js";

const folder = "fixtures/scenarios";

interface Scenario {
  readonly expected: {
    readonly orders: readonly Record<string, unknown>[];
    readonly stock: Readonly<Record<string, number>>;
  };
}

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
});

afterEach(async () => {
  await shop.close();
});

describe("the scenarios", () => {
  it.each(readdirSync(folder))("%s ends as expected, with clean books", async (name) => {
    const path = join(folder, name);
    const { expected } = JSON.parse(readFileSync(path, "utf8")) as Scenario;
    await shop.inventory.seedProducts(await loadProducts(path), actor);
    const source = await openOrderSource([path], { stdin: Readable.from([]), skipInvalid: false });
    const { report } = await processOrders(deskOf(shop), source);
    await source.close();
    expect(report.orders).toHaveLength(expected.orders.length);
    expect(report.orders).toMatchObject(expected.orders);
    expect(await stockOf(shop)).toEqual(expected.stock);
    expect(await auditOf(shop)).toEqual({});
  });
});
