import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { renderReport } from "../../../../src/cli/render/report.js";
import type { RunReport } from "../../../../src/graph/report.js";
import { plainLook } from "./look.js";

const report: RunReport = {
  run: "20250106-101530-4f2a9c01",
  planner: "rules",
  source: ["orders.json"],
  dry_run: false,
  orders: [
    {
      index: 0,
      order_id: "677b8a9ff033af3a53c9a75a",
      key: "k0",
      status: "in_transit",
      products: [
        { product_id: "prod1", quantity: 2, unit_price: 999.99 },
        { product_id: "prod2", quantity: 1, unit_price: 599.99 },
      ],
      address: "123 Main St\u001b[2J\nSpringfield",
      total: 2599.97,
      reason: null,
      shortages: [],
      already_done: false,
      finished_by: "rules",
    },
    {
      index: 1,
      order_id: "677b8a9ff033af3a53c9a75b",
      key: "k1",
      status: "cancelled",
      products: [{ product_id: "prod3", quantity: 3000, unit_price: 99.99 }],
      address: "456 Elm St",
      total: 299970,
      reason: "insufficient_stock",
      shortages: [{ product_id: "prod3", wanted: 3000, available: 30 }],
      already_done: false,
      finished_by: "rules",
    },
  ],
  inventory: [
    { product_id: "prod1", name: "Laptop", before: 10, sold: 2, after: 8 },
    { product_id: "prod2", name: "Smartphone", before: 15, sold: 1, after: 14 },
  ],
  totals: { orders: 2, in_transit: 1, cancelled: 1, already_done: 0, invalid: 0, units: 3, amount: 2599.97 },
  usage: { model_calls: 0, input_tokens: 0, output_tokens: 0, by_worker: {} },
  duration_ms: 41,
};

describe("renderReport", () => {
  it("has the four parts, with stored control characters escaped", () => {
    expect(renderReport(report, plainLook(80))).toMatchInlineSnapshot(`
      "Orders
        #1  677b8a9ff033af3a53c9a75a  2,599.97
            2 × prod1, 1 × prod2
            123 Main St\\u001b[2J\\nSpringfield
        #2  677b8a9ff033af3a53c9a75b  299,970.00
            3,000 × prod3
            456 Elm St

      Inventory
      Product  Name        Before  Sold  After
      ───────  ──────────  ──────  ────  ─────
      prod1    Laptop          10     2      8
      prod2    Smartphone      15     1     14

      Deliveries
      #  Order                     Status      Note
      ─  ────────────────────────  ──────────  ───────────────────────────────────────
      1  677b8a9ff033af3a53c9a75a  in_transit
      2  677b8a9ff033af3a53c9a75b  cancelled   not enough stock: prod3 wanted 3,000,
                                               available 30

      Summary
        Orders   2 (1 in transit, 1 cancelled)
        Units    3
        Amount   2,599.97
        Time     41 ms, 49 orders/s
        Planner  rules
        Run      20250106-101530-4f2a9c01
      "
    `);
  });

  it.each([60, 80, 200])("fits %d columns", (width) => {
    const lines = renderReport(report, plainLook(width)).split("\n");
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
  });

  it("counts what is neither in transit nor cancelled by its status, where it lists the orders", () => {
    const [first, second] = report.orders ?? [];
    const orders = [
      { ...first!, status: "delivered" as const },
      { ...second!, status: "pending" as const },
    ];
    const totals = { ...report.totals, in_transit: 0, cancelled: 0 };
    expect(renderReport({ ...report, totals, orders }, plainLook())).toContain(
      "2 (0 in transit, 1 delivered, 1 pending)",
    );
    const { orders: _, ...omitted } = report;
    const text = renderReport({ ...omitted, orders_omitted: true, totals }, plainLook());
    expect(text).toContain("2 (0 in transit, 2 still pending or already delivered)");
  });

  it("says what another program left out of an order, instead of an empty line", () => {
    const [first] = report.orders ?? [];
    const text = renderReport({ ...report, orders: [{ ...first!, products: [], address: "" }] }, plainLook());
    expect(text).toContain("(no lines that can be read)\n      (no address)\n");
  });

  it("says which orders another finished than the planner, and how many", () => {
    const planner = "openai/gpt-4o-mini";
    const [first, second] = report.orders ?? [];
    const orders = [first!, { ...second!, finished_by: planner }, { ...first!, index: 2, already_done: true }];
    const text = renderReport({ ...report, planner, orders }, plainLook(200));
    expect(text).toMatch(/1 {2}677b8a9ff033af3a53c9a75a {2}in_transit {2}by the rules\n/);
    expect(text).toContain("not enough stock: prod3 wanted 3,000, available 30\n");
    expect(text).toMatch(/in_transit {2}already done\n/);
    expect(text).toContain("1 order finished by the rules\n");
    expect(renderReport(report, plainLook())).not.toContain("the rules");
  });

  it("says of how many products the stock also changed otherwise", () => {
    const text = (after: number) =>
      renderReport({ ...report, inventory: [{ ...report.inventory[0]!, after }] }, plainLook());
    expect(text(7)).toContain("1 product changed otherwise, too: warehouse ledger shows how\n");
    expect(text(8)).not.toContain("otherwise");
  });

  it("says that a dry run wrote nothing", () => {
    expect(renderReport({ ...report, dry_run: true, run: null }, plainLook())).toContain(
      "Dry run: nothing was written.",
    );
  });

  it("shows the first hundred orders and counts the rest", () => {
    const [order] = report.orders ?? [];
    const orders = Array.from({ length: 130 }, (_, index) => ({ ...order!, index }));
    expect(renderReport({ ...report, orders }, plainLook())).toContain("… and 30 more orders");
    expect(renderReport({ ...report, orders }, plainLook(), { all: true })).toContain("#130");
  });

  it("names the tokens and the time of each worker that called a model", () => {
    const tokens = { model_calls: 1, input_tokens: 1200, output_tokens: 40 };
    const usage = { ...tokens, by_worker: { supervisor: { ...tokens, duration_ms: 2_340 } } };
    expect(renderReport({ ...report, planner: "openai/gpt-4o-mini", usage }, plainLook())).toContain(
      "supervisor, 1 call, 1,200 tokens in, 40 out, 2.3 s",
    );
    expect(renderReport({ ...report, usage: { ...usage, estimated: true } }, plainLook())).toContain(
      "rules, 1 call, 1,200 tokens in, 40 out (estimated)",
    );
  });
});
