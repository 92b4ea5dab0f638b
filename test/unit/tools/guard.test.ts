import { describe, expect, it } from "vitest";
import type { Line } from "../../support/shop.js";
import { trialBatch } from "../../support/batches.js";

const ship = { orders: ["#1"], status: "in_transit" };

async function recorded(stock: Record<string, number>, ...orders: (readonly Line[])[]) {
  const batch = trialBatch(stock, ...orders);
  await batch.call("order", "create_order", { orders: orders.map((_, index) => `#${index + 1}`) });
  return batch;
}

describe("check_stock", () => {
  it("counts earlier orders of the batch, also those that nobody asked about", async () => {
    const batch = trialBatch({ a: 5 }, [["a", 3]], [["a", 3]], [["a", 2]]);
    expect(await batch.call("inventory", "check_stock", { orders: ["#3", "#2"] })).toEqual({
      kind: "done",
      results: [
        { handle: "#3", kind: "available" },
        {
          handle: "#2",
          kind: "seems_short",
          shortage: { reason: "insufficient_stock", lines: [{ product: "p1", wanted: 3, available: 2 }] },
        },
      ],
    });
  });

  it("names products by alias", async () => {
    const batch = trialBatch({ secret: 1 }, [["secret", 2]], [["hidden", 1]]);
    const answer = JSON.stringify(await batch.call("inventory", "check_stock", { orders: ["#1", "#2"] }));
    expect(answer).not.toMatch(/secret|hidden/);
    expect(answer).toMatch(/"p1".*"p2"/);
  });
});

describe("update_stock", () => {
  it("takes stock in batch order, whatever order the call has", async () => {
    const batch = await recorded({ a: 3 }, [["a", 2]], [["a", 2]]);
    expect(await batch.kinds("inventory", "update_stock", { orders: ["#2", "#1"] })).toEqual(["short", "allocated"]);
  });

  it("refuses an order while an earlier one that wants the same scarce product is open", async () => {
    const batch = await recorded({ a: 3, b: 9 }, [["a", 2]], [["a", 2]], [["b", 1]]);
    expect(await batch.call("inventory", "update_stock", { orders: ["#2", "#3"] })).toEqual({
      kind: "done",
      results: [
        {
          handle: "#2",
          kind: "refused",
          code: "earlier_first",
          message: "#1 came before #2 and wants the same scarce product; update_stock for it first",
        },
        { handle: "#3", kind: "allocated" },
      ],
    });
    expect(await batch.kinds("inventory", "update_stock", { orders: ["#1"] })).toEqual(["allocated"]);
    expect(await batch.kinds("inventory", "update_stock", { orders: ["#2"] })).toEqual(["short"]);
  });

  it("waits for an earlier order that is not even recorded", async () => {
    const batch = trialBatch({ a: 3 }, [["a", 2]], [["a", 2]]);
    await batch.call("order", "create_order", { orders: ["#2"] });
    expect(await batch.kinds("inventory", "update_stock", { orders: ["#2"] })).toEqual(["earlier_first"]);
  });

  it("passes the refusal on to those behind who want what a refused order wants", async () => {
    const batch = await recorded(
      { a: 1, b: 1 },
      [["a", 1]],
      [
        ["a", 1],
        ["b", 1],
      ],
      [["b", 1]],
    );
    expect(await batch.kinds("inventory", "update_stock", { orders: ["#2", "#3"] })).toEqual([
      "earlier_first",
      "earlier_first",
    ]);
  });

  it("lets later orders go first while there is enough for all", async () => {
    const batch = await recorded({ a: 4 }, [["a", 2]], [["a", 2]]);
    expect(await batch.kinds("inventory", "update_stock", { orders: ["#2"] })).toEqual(["allocated"]);
    expect(await batch.kinds("inventory", "update_stock", { orders: ["#1"] })).toEqual(["allocated"]);
  });

  it("takes nothing the second time", async () => {
    const batch = await recorded({ a: 4 }, [["a", 2]]);
    await batch.call("inventory", "update_stock", { orders: ["#1"] });
    expect(await batch.kinds("inventory", "update_stock", { orders: ["#1"] })).toEqual(["already"]);
    const products = await batch.scene().batch.features.inventory.products(["a"]);
    expect(products.get("a")?.quantity).toBe(2);
  });
});

describe("cancel_order", () => {
  const cancel = (...orders: string[]) => ({ orders, reason: "insufficient_stock" });

  it("cancels what update_stock found short", async () => {
    const batch = await recorded({ a: 1 }, [["a", 2]]);
    await batch.call("inventory", "update_stock", { orders: ["#1"] });
    expect(await batch.kinds("order", "cancel_order", cancel("#1"))).toEqual(["is"]);
    expect(await batch.kinds("order", "cancel_order", cancel("#1"))).toEqual(["already"]);
  });

  it("cancels what the stock shows to be short, without update_stock", async () => {
    const batch = await recorded({ a: 1 }, [["a", 2]], [["a", 3]]);
    expect(await batch.kinds("order", "cancel_order", cancel("#2", "#1"))).toEqual(["is", "is"]);
  });

  it("refuses what can be filled", async () => {
    const batch = await recorded({ a: 2 }, [["a", 2]]);
    expect(await batch.kinds("order", "cancel_order", cancel("#1"))).toEqual(["not_confirmed"]);
  });

  it("refuses what is short only because of an earlier order that is open", async () => {
    const batch = await recorded({ a: 3 }, [["a", 2]], [["a", 2]]);
    expect(await batch.kinds("order", "cancel_order", cancel("#2"))).toEqual(["earlier_first"]);
    expect(await batch.kinds("order", "cancel_order", cancel("#1", "#2"))).toEqual(["not_confirmed", "earlier_first"]);
  });

  it("refuses another reason than the database's, and says which it is", async () => {
    const batch = await recorded({ a: 1 }, [["a", 2]]);
    expect(await batch.call("order", "cancel_order", { orders: ["#1"], reason: "unknown_product" })).toMatchObject({
      results: [{ code: "wrong_reason", message: "The reason of #1 is insufficient_stock" }],
    });
  });

  it("refuses an order that has its units or is on its way", async () => {
    const batch = await recorded({ a: 2 }, [["a", 2]]);
    await batch.call("inventory", "update_stock", { orders: ["#1"] });
    expect(await batch.kinds("order", "cancel_order", cancel("#1"))).toEqual(["already_allocated"]);
    await batch.call("delivery", "update_delivery_status", ship);
    expect(await batch.kinds("order", "cancel_order", cancel("#1"))).toEqual(["illegal_move"]);
  });
});

describe("update_delivery_status", () => {
  it("refuses in_transit before the units are taken, and after a shortage", async () => {
    const batch = await recorded({ a: 1 }, [["a", 2]]);
    expect(await batch.kinds("delivery", "update_delivery_status", ship)).toEqual(["not_allocated"]);
    await batch.call("inventory", "update_stock", { orders: ["#1"] });
    expect(await batch.kinds("delivery", "update_delivery_status", ship)).toEqual(["illegal_move"]);
    await batch.call("order", "cancel_order", { orders: ["#1"], reason: "insufficient_stock" });
    expect(await batch.kinds("delivery", "update_delivery_status", ship)).toEqual(["illegal_move"]);
  });

  it("ships once", async () => {
    const batch = await recorded({ a: 2 }, [["a", 2]]);
    await batch.call("inventory", "update_stock", { orders: ["#1"] });
    expect(await batch.kinds("delivery", "update_delivery_status", ship)).toEqual(["shipped"]);
    expect(await batch.kinds("delivery", "update_delivery_status", ship)).toEqual(["already"]);
  });
});
