import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadProducts } from "../../../../src/inventory/load.js";
import { load } from "./source.js";

const folder = "fixtures/scenarios";
interface Scenario {
  readonly description: string;
  readonly orders: readonly unknown[];
  readonly expected: {
    readonly orders: readonly { readonly status: string }[];
    readonly stock: Readonly<Record<string, number>>;
  };
}

describe("the scenarios", () => {
  it.each(readdirSync(folder))("%s is an order file and a product file at once, and adds up", async (name) => {
    const path = join(folder, name);
    const { orders, expected } = JSON.parse(readFileSync(path, "utf8")) as Scenario;
    const loaded = await load([path]);
    expect(loaded.notes).toEqual(["Ignored unknown fields: description, products, expected"]);
    expect([loaded.count, expected.orders.length]).toEqual([orders.length, orders.length]);
    const stock = Object.fromEntries((await loadProducts(path)).map(({ _id, quantity }) => [_id, quantity]));
    loaded.orders.forEach(({ lines }, index) => {
      if (expected.orders[index]?.status !== "in_transit") return;
      for (const { product_id, quantity } of lines) stock[product_id] = (stock[product_id] ?? 0) - quantity;
    });
    expect(stock).toEqual(expected.stock);
  });
});
