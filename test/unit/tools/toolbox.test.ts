import { describe, expect, it } from "vitest";
import { workers } from "../../../src/tools/batch.js";
import { toolsOf } from "../../../src/tools/toolbox.js";
import { trialBatch } from "../../support/batches.js";

describe("toolsOf", () => {
  it("gives each worker its tools as DESIGN.md has them", () => {
    const names = Object.fromEntries(workers.map((worker) => [worker, toolsOf(worker).map(({ name }) => name)]));
    expect(names).toEqual({
      inventory: ["check_stock", "update_stock"],
      order: ["create_order", "cancel_order"],
      delivery: ["update_delivery_status"],
    });
  });
});

describe("callTool", () => {
  it.each([
    ["a tool that does not exist", "inventory", "drop_tables", { orders: ["#1"] }, "unknown_tool"],
    ["a name from Object's prototype", "inventory", "constructor", { orders: ["#1"] }, "unknown_tool"],
    ["another worker's tool", "inventory", "create_order", { orders: ["#1"] }, "not_your_tool"],
    ["an extra argument", "order", "create_order", { orders: ["#1"], address: "mine" }, "invalid_arguments"],
    ["a missing argument", "order", "create_order", {}, "invalid_arguments"],
    ["no orders", "order", "create_order", { orders: [] }, "invalid_arguments"],
    ["a number for a handle", "order", "create_order", { orders: [1] }, "invalid_arguments"],
    ["a text for the arguments", "order", "create_order", '{"orders":["#1"]}', "invalid_arguments"],
    ["null for the arguments", "order", "create_order", null, "invalid_arguments"],
    [
      "a status that is not a batch's",
      "delivery",
      "update_delivery_status",
      { orders: ["#1"], status: "delivered" },
      "invalid_arguments",
    ],
    ["a reason of its own", "order", "cancel_order", { orders: ["#1"], reason: "customer asked" }, "invalid_arguments"],
    ["a handle beyond the batch", "order", "create_order", { orders: ["#2"] }, "unknown_handle"],
    ["handle zero", "order", "create_order", { orders: ["#0"] }, "unknown_handle"],
    ["an order id for a handle", "order", "create_order", { orders: ["677b8a9ff033af3a53c9a75a"] }, "unknown_handle"],
    ["stock for an order that is not recorded", "inventory", "update_stock", { orders: ["#1"] }, "not_recorded"],
    [
      "a cancellation of an order that is not recorded",
      "order",
      "cancel_order",
      { orders: ["#1"], reason: "unknown_product" },
      "not_recorded",
    ],
    [
      "a shipment of an order that is not recorded",
      "delivery",
      "update_delivery_status",
      { orders: ["#1"], status: "in_transit" },
      "not_recorded",
    ],
  ] as const)("refuses %s", async (_, worker, tool, args, code) => {
    const batch = trialBatch({ a: 5 }, [["a", 1]]);
    const before = batch.scene().progress;
    expect(await batch.kinds(worker, tool, args)).toEqual([code]);
    expect(batch.scene().progress).toEqual(before);
  });

  it("says with a refusal what would be right", async () => {
    const batch = trialBatch({ a: 5 }, [["a", 1]]);
    expect(await batch.call("inventory", "create_order", {})).toEqual({
      kind: "refused",
      code: "not_your_tool",
      message: "create_order is the order worker's; yours are check_stock, update_stock",
    });
    expect(await batch.call("order", "create_order", { order: "#1" })).toMatchObject({
      message: expect.stringContaining('call create_order like {"orders":["#1"]}') as string,
    });
  });

  it("keeps its messages short whatever was sent", async () => {
    const batch = trialBatch({ a: 5 }, [["a", 1]]);
    const huge = "x".repeat(100_000);
    const answers = await Promise.all([
      batch.call("order", "create_order", { [huge]: 1, orders: ["#1"] }),
      batch.call("order", "create_order", { orders: [huge] }),
      batch.call("order", huge, {}),
    ]);
    for (const { length } of answers.map((answer) => JSON.stringify({ ...answer, results: [], handle: "" }))) {
      expect(length).toBeLessThan(400);
    }
  });

  it("answers each order of a call by itself, each once", async () => {
    const batch = trialBatch({ a: 5 }, [["a", 1]], [["a", 1]]);
    expect(await batch.kinds("order", "create_order", { orders: ["#2", "#9", "#2", "#1"] })).toEqual([
      "created",
      "unknown_handle",
      "created",
    ]);
    expect(await batch.kinds("order", "create_order", { orders: ["#1", "#2"] })).toEqual(["already", "already"]);
  });
});
