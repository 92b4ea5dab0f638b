import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { OrderStatus } from "../../../../../src/db/collections.js";
import { aPastRun, aReportOrder, aRunDoc, aStep, pageOf } from "../../../../support/past-runs.js";

const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The text between two others. */
function between(page: string, from: string, to: string): string {
  const start = page.indexOf(from) + from.length;
  return page.slice(start, page.indexOf(to, start));
}

/** What a reader sees, near enough. */
const textOf = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/(&nbsp;|\s)+/g, " ")
    .trim();

const section = (page: string, id: string): string => textOf(between(page, `<section id="${id}"`, "</section>"));

describe("renderPage", () => {
  it("allows its own style and script by their hashes, and nothing else", async () => {
    const page = await pageOf({});
    const style = between(page, "<style>", "</style>");
    const script = between(page, `<script type="module">`, "</script>");
    const policy = between(page, `Content-Security-Policy" content="`, `"`).replaceAll("&#39;", "'");
    expect(policy).toBe(
      `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`,
    );
    expect(page.match(/<(script|style|link|img|iframe|object)\b/g)).toEqual(["<style", "<script"]);
    expect(page).not.toMatch(/\s(style|on\w+|src)=/);
    expect(page).not.toMatch(/url\(|@import|https?:/);
  });

  it("escapes every stored text", async () => {
    const hostile = `</script><img src=x onerror=alert(1)>"'`;
    const order = aReportOrder({
      order_id: hostile,
      key: hostile,
      status: hostile as OrderStatus,
      products: [{ product_id: hostile, quantity: 1 }],
      address: hostile,
      reason: hostile,
      shortages: [{ product_id: hostile, wanted: 2, available: 1 }],
      finished_by: hostile,
      status_now: hostile as OrderStatus,
    });
    const step = aStep({ worker: hostile, tool: hostile, results: { [hostile]: 1 } });
    const usage = { model_calls: 1, input_tokens: 1, output_tokens: 1 };
    const past = aPastRun([order], {
      inventory: [{ product_id: hostile, name: `${hostile}2`, before: 1, sold: 0, after: 1 }],
      usage: { ...usage, by_worker: { [hostile]: usage } },
    });
    const page = await pageOf({
      run: aRunDoc({
        _id: hostile,
        planner: hostile,
        source: [hostile],
        error: hostile,
        status: "failed",
        steps: [step, aStep({ refused: hostile })],
      }),
      past: { ...past, shortfalls: [{ product_id: hostile, orders: 1, wanted: 2, available: 1 }] },
    });
    expect(page).not.toContain("<img");
    expect(page.match(/<\/script>/g)).toHaveLength(1);
    expect(page.split("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;").length).toBeGreaterThan(20);
  });

  it("shows totals, stock, orders and steps in words", async () => {
    const page = await pageOf({
      run: aRunDoc({
        steps: [
          aStep(),
          aStep({ tool: null, orders: 0, results: {}, model_calls: 1, input_tokens: 700, output_tokens: 40 }),
        ],
      }),
    });
    expect(section(page, "totals")).toContain(
      "Orders 1 In transit 1 Cancelled 0 Units shipped 2 Amount 1,999.98 Tokens 0 no model",
    );
    expect(section(page, "stock")).toContain("Laptop prod1 10 2 8 80 % left");
    expect(section(page, "orders")).toContain(
      "1 677b8a9ff033af3a53c9a75a 2 × Laptop prod1 123 Main St In transit 1,999.98",
    );
    expect(section(page, "steps")).toContain("1 inventory update_stock 1 1 allocated 12 ms");
    expect(section(page, "steps")).toContain("1 inventory model 700 in, 40 out 12 ms");
  });

  it("says why an order was cancelled, who finished it, what became of it, and its own id", async () => {
    const shortages = [{ product_id: "prod1", wanted: 11, available: 8 }];
    const cancelled = aReportOrder({
      key: "A-1",
      status: "cancelled",
      reason: "insufficient_stock",
      shortages,
      finished_by: "openai/gpt-4o-mini",
    });
    const delivered = aReportOrder({ status_now: "delivered" });
    const page = await pageOf({ past: aPastRun([cancelled, delivered]) });
    expect(section(page, "orders")).toContain("A-1 677b8a9ff033af3a53c9a75a");
    expect(section(page, "orders")).toContain(
      "Cancelled Not enough stock Laptop : 11 wanted, 8 there by openai/gpt-4o-mini",
    );
    expect(section(page, "orders")).toContain("In transit Delivered since");
  });

  it("says which orders the rules finished for a model", async () => {
    const past = aPastRun([aReportOrder({ finished_by: "rules" })], { planner: "openai/gpt-4o-mini" });
    expect(section(await pageOf({ past }), "orders")).toContain("In transit by the rules");
    expect(section(await pageOf({ past: aPastRun([aReportOrder()]) }), "orders")).not.toContain("by the rules");
  });

  it.each([
    [10, 0, "Sold out"],
    [1000, 1, "&lt; 1 % left"],
    [0, 5, "New"],
    [10, 12, "120 % left"],
  ])("says of %i before and %i after: %s", async (before, after, words) => {
    const sold = Math.max(0, before - after);
    const past = aPastRun([], { inventory: [{ product_id: "p", name: "p", before, sold, after }] });
    expect(section(await pageOf({ past }), "stock")).toContain(words);
  });

  it("shows the first orders of very many, and says so", async () => {
    const past = aPastRun(Array.from({ length: 7 }, (_, index) => aReportOrder({ index })));
    const page = await pageOf({ past, limit: 5 });
    expect(page.match(/data-status=/g)).toHaveLength(5);
    expect(section(page, "orders")).toContain("The first 5 of 7 orders; --all-orders puts all of them on the page.");
    expect((await pageOf({ past, limit: Infinity })).match(/data-status=/g)).toHaveLength(7);
  });

  it("reads orders anew where the report left them out", async () => {
    const { report, ...past } = aPastRun([aReportOrder(), aReportOrder()]);
    const { orders: _, ...rest } = report;
    const page = await pageOf({ past: { ...past, report: { ...rest, orders_omitted: true } } });
    expect(page.match(/data-status=/g)).toHaveLength(2);
  });

  it("has no section on shortages and no rows where there is nothing", async () => {
    const page = await pageOf({
      run: aRunDoc({ command: "submit", steps: [] }),
      past: aPastRun([], { inventory: [] }),
    });
    expect(page).not.toContain(`href="#shortages"`);
    expect(page).not.toContain("data-status=");
    expect(section(page, "stock")).toContain("No product was touched.");
    expect(section(page, "steps")).toContain("No step is on record.");
    expect(page).toContain("This run only recorded orders");
  });
});
