import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunReport } from "../../src/graph/report.js";
import { type CliStore, openCliStore } from "../support/cli-store.js";

let store: CliStore;
let report: RunReport;
let ids: string[];
beforeEach(async () => {
  store = await openCliStore();
  await store.json("seed");
  const orders = [
    { order_id: "A1", products: [{ product_id: "prod1", quantity: 2 }], address: "123 Main St" },
    { products: [{ product_id: "prod3", quantity: 3 }], address: "456 Elm St" },
  ];
  report = (await store.json("process", await store.file("orders.json", orders))) as RunReport;
  ids = (report.orders ?? []).map(({ order_id }) => order_id ?? "");
});
afterEach(() => store.close());

const unknownId = "0123456789abcdef01234567";

describe("warehouse orders", () => {
  it("lists newest first, by status, run and limit", async () => {
    expect(await store.json("orders")).toMatchObject([{ order_id: ids[1] }, { order_id: ids[0], key: "A1" }]);
    expect(await store.json("orders", "--limit", "1")).toHaveLength(1);
    expect(await store.json("orders", "--status", "cancelled")).toEqual([]);
    expect(await store.json("orders", "--run", report.run ?? "")).toHaveLength(2);
    expect(await store.json("orders", "--run", report.run?.slice(0, -2) ?? "")).toHaveLength(2);
    expect((await store.run(["orders"])).stdout).toContain(ids[0]);
  });
});

describe("warehouse order", () => {
  it("shows one order with its history and movements, by either id", async () => {
    const order = await store.json("order", "A1");
    expect(order).toMatchObject({
      order_id: ids[0],
      status: "in_transit",
      history: [{ status: "pending" }, { status: "in_transit" }],
      movements: [{ kind: "allocation", lines: [{ product_id: "prod1", delta: -2 }] }],
    });
    expect(await store.json("order", ids[0] ?? "")).toEqual(order);
    expect((await store.run(["order", "A1"])).stdout).toContain("Stock movements");
  });

  it.each(["orders", "ledger"])("exits 2 for %s of a run that is not there", async (command) => {
    const { code, stderr } = await store.run([command, "--run", "20200101-000000-00000000"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("There is no run 20200101-000000-00000000")]);
  });

  it("exits 2 for an id that is not there", async () => {
    const { code, stderr } = await store.run(["order", unknownId]);
    expect(code).toBe(2);
    expect(stderr).toContain(`There is no order ${unknownId}`);
  });
});

describe("warehouse cancel", () => {
  it("gives the stock back once; a second time is harmless and says so", async () => {
    const [cancelled] = (await store.json("cancel", "A1", "--reason", "customer called")) as unknown[];
    expect(cancelled).toMatchObject({
      status: "cancelled",
      already: false,
      released: [{ product_id: "prod1", quantity: 2 }],
    });
    expect(await store.json("cancel", "A1")).toMatchObject([{ already: true, released: [] }]);
    expect(await store.json("stock", "prod1")).toMatchObject([{ quantity: 10, allocated: 0 }]);
    expect(await store.json("order", "A1")).toMatchObject({ reason: "customer called" });
    expect(await store.json("audit")).toMatchObject({ ok: true });
  });
});

describe("warehouse deliver", () => {
  it("moves orders in transit; a second time is harmless and says so", async () => {
    expect(await store.json("deliver", ...ids)).toMatchObject([{ status: "delivered" }, { status: "delivered" }]);
    expect(await store.json("deliver", ...ids)).toMatchObject([{ already: true }, { already: true }]);
    expect((await store.run(["deliver", "A1"])).stdout).toContain("was delivered already, nothing changed");
  });

  it("does all or nothing: an illegal move or an unknown id exits 2 and writes nothing", async () => {
    await store.json("cancel", "A1");
    const illegal = await store.run(["deliver", ...ids]);
    expect(illegal.code).toBe(2);
    expect(illegal.stderr).toContain(`order ${ids[0] ?? ""} is cancelled`);
    expect((await store.run(["deliver", ids[1] ?? "", unknownId])).code).toBe(2);
    expect(await store.json("order", ids[1] ?? "")).toMatchObject({ status: "in_transit" });
  });
});

describe("warehouse ledger", () => {
  it("lists movements oldest first, by product, order and run", async () => {
    const kinds = ((await store.json("ledger")) as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds).toEqual(["seed", "seed", "seed", "allocation", "allocation"]);
    expect(await store.json("ledger", "--order", "A1")).toMatchObject([{ kind: "allocation", order_id: ids[0] }]);
    expect(await store.json("ledger", "--run", report.run ?? "")).toHaveLength(2);
    expect(await store.json("ledger", "--run", report.run?.slice(0, -2) ?? "")).toHaveLength(2);
    expect(await store.json("ledger", "--product", "prod2")).toHaveLength(1);
  });
});

describe("warehouse runs", () => {
  it("lists runs, and one step by step", async () => {
    expect(await store.json("runs")).toMatchObject([{ run: report.run, status: "completed", totals: { orders: 2 } }]);
    const run = report.run ?? "";
    const { steps } = (await store.json("run", run.slice(0, -2))) as { steps: { tool: string | null }[] };
    expect(steps.map(({ tool }) => tool)).toContain("update_stock");
    expect((await store.run(["run", run])).stdout).toContain("update_stock");
    expect((await store.run(["run", "nosuch"])).code).toBe(2);
  });
});

describe("warehouse resume", () => {
  it("has nothing to do when no order is pending", async () => {
    expect(await store.json("resume")).toMatchObject({ totals: { orders: 0 } });
  });
});

describe("warehouse audit", () => {
  it("is clean, by the contract's document", async () => {
    const audit = (await store.json("audit")) as { invariants: { id: string }[] };
    expect(audit).toMatchObject({ ok: true });
    expect(audit.invariants.map(({ id }) => id)).toEqual(["I1", "I2", "I3", "I4", "I5", "I6", "I7"]);
  });
});
