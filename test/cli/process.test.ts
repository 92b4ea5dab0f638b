import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunReport } from "../../src/graph/report.js";
import type { StockLevel } from "../../src/inventory/model.js";
import { startCli } from "../support/cli.js";
import { type CliStore, openCliStore } from "../support/cli-store.js";

const fixture = new URL("../../fixtures/orders.json", import.meta.url).pathname;

let store: CliStore;
beforeEach(async () => {
  store = await openCliStore();
});
afterEach(() => store.close());

async function quantities(): Promise<Record<string, number>> {
  const levels = (await store.json("stock")) as StockLevel[];
  return Object.fromEntries(levels.map(({ product_id, quantity }) => [product_id, quantity]));
}

/** What differs from run to run, made the same. */
function steady(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{24}/g, "<order id>            ")
    .replaceAll(/\d{8}-\d{6}-[0-9a-f]{8}/g, "<run id>")
    .replaceAll(/Time {5}.*/g, "Time     <time>");
}

describe("warehouse process", () => {
  it("ships the notebook's orders and reports it in four parts", async () => {
    await store.json("seed");
    const { code, stdout, stderr } = await store.run(["process", fixture]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(steady(stdout)).toMatchInlineSnapshot(`
      "Orders
        #1  <order id>              2,599.97
            2 × prod1, 1 × prod2
            123 Main St
        #2  <order id>              299.97
            3 × prod3
            456 Elm St

      Inventory
      Product  Name        Before  Sold  After
      ───────  ──────────  ──────  ────  ─────
      prod1    Laptop          10     2      8
      prod2    Smartphone      15     1     14
      prod3    Headphones      30     3     27

      Deliveries
      #  Order                     Status      Note
      ─  ────────────────────────  ──────────  ────
      1  <order id>              in_transit
      2  <order id>              in_transit

      Summary
        Orders   2 (2 in transit)
        Units    6
        Amount   2,899.94
        Time     <time>
        Planner  rules
        Run      <run id>
      "
    `);
    expect(await quantities()).toEqual({ prod1: 8, prod2: 14, prod3: 27 });
  });

  it("prints the contract's document with --json", async () => {
    await store.json("seed");
    const report = (await store.json("process", fixture)) as RunReport;
    expect(Object.keys(report)).toEqual([
      "run",
      "planner",
      "source",
      "dry_run",
      "orders",
      "inventory",
      "totals",
      "usage",
      "duration_ms",
    ]);
    expect(report.totals).toEqual({
      orders: 2,
      in_transit: 2,
      cancelled: 0,
      already_done: 0,
      invalid: 0,
      units: 6,
      amount: 2899.94,
    });
    expect(report.orders?.[0]).toMatchObject({
      index: 0,
      status: "in_transit",
      products: [
        { product_id: "prod1", quantity: 2, unit_price: 999.99 },
        { product_id: "prod2", quantity: 1, unit_price: 599.99 },
      ],
      address: "123 Main St",
      total: 2599.97,
      reason: null,
      shortages: [],
      already_done: false,
      finished_by: "rules",
    });
    expect(report.inventory[0]).toEqual({ product_id: "prod1", name: "Laptop", before: 10, sold: 2, after: 8 });
  });

  it("changes nothing the second time, and says so; --again places the orders anew", async () => {
    await store.json("seed");
    await store.json("process", fixture);
    const again = (await store.json("process", fixture)) as RunReport;
    expect(again.totals).toMatchObject({ in_transit: 2, already_done: 2, units: 0 });
    expect(await quantities()).toEqual({ prod1: 8, prod2: 14, prod3: 27 });
    await store.json("process", fixture, "--again");
    expect(await quantities()).toEqual({ prod1: 6, prod2: 13, prod3: 24 });
  });

  it("writes nothing in a dry run", async () => {
    await store.json("seed");
    const report = (await store.json("process", fixture, "--dry-run")) as RunReport;
    expect(report).toMatchObject({ run: null, dry_run: true, totals: { in_transit: 2 } });
    expect(await quantities()).toEqual({ prod1: 10, prod2: 15, prod3: 30 });
    expect(await store.json("orders")).toEqual([]);
    expect(await store.json("runs")).toEqual([]);
  });

  it("exits 3 when an order was cancelled, with the shortage", async () => {
    await store.json("seed");
    const file = await store.file("big.json", { products: [{ product_id: "prod1", quantity: 11 }], address: "1 Way" });
    const { code, stdout } = await store.run(["process", file]);
    expect(code).toBe(3);
    expect(stdout).toContain("not enough stock: prod1 wanted 11, available 10");
  });

  it("reads standard input", async () => {
    await store.json("seed");
    const stdin = Readable.from([
      Buffer.from('{"products":[{"product_id":"prod3","quantity":1}],"address":"1 Way"}\n'),
    ]);
    const { code } = await store.run(["process", "-"], { stdin });
    expect(code).toBe(0);
    expect(await quantities()).toMatchObject({ prod3: 29 });
  });

  it("exits 2 on a database without products, naming warehouse seed", async () => {
    const { code, stderr } = await store.run(["process", fixture]);
    expect(code).toBe(2);
    expect(stderr).toContain("warehouse seed");
    expect(await store.json("orders")).toEqual([]);
  });

  it("lists every error of a bad input with its place, exits 2 and writes nothing", async () => {
    await store.json("seed");
    const file = await store.file(
      "bad.json",
      '[\n{"products":[{"product_id":"prod1","quantity":0}],"address":""},\n{}\n]',
    );
    const { code, stdout, stderr } = await store.run(["process", file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.replaceAll(file, "bad.json")).toMatchInlineSnapshot(`
      "error: The input has 4 errors, so nothing was written
        bad.json:2:47: orders[0].products[0].quantity: Expected a whole number from 1 to 1,000,000, got 0
        bad.json:2:61: orders[0].address: Expected a text of 1 to 10,000 characters, got ""
        bad.json:3:1: orders[1].products: Expected an array of 1 to 10,000 order lines, got nothing
        bad.json:3:1: orders[1].address: Expected a text of 1 to 10,000 characters, got nothing
        try: mend these places and run the same command again
      "
    `);
    const json = await store.run(["process", file, "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: "invalid_input" } });
    expect(await store.json("orders")).toEqual([]);
  });

  it("with --skip-invalid processes the good orders, lists the bad ones and exits 3", async () => {
    await store.json("seed");
    const good = '{"products":[{"product_id":"prod1","quantity":1}],"address":"1 Way"}';
    const file = await store.file("mixed.ndjson", `${good}\n{"address":7}\n`);
    const { code, stdout, stderr } = await store.run(["process", file, "--skip-invalid"]);
    expect(code).toBe(3);
    expect(stdout).toContain("1 (1 in transit), and 1 invalid");
    expect(stderr).toContain(`skipped: ${file}:2:`);
  });

  it("says that there are no orders and exits 0", async () => {
    await store.json("seed");
    const { code, stderr } = await store.run(["process", await store.file("none.json", "[]")]);
    expect(code).toBe(0);
    expect(stderr).toContain("no orders");
  });

  it("refuses an order_id that was used with other content and writes nothing", async () => {
    await store.json("seed");
    const order = (quantity: number) => ({
      order_id: "A1",
      products: [{ product_id: "prod1", quantity }],
      address: "1 Way",
    });
    await store.json("process", await store.file("a.json", order(1)));
    const { code, stderr } = await store.run(["process", await store.file("b.json", order(2))]);
    expect(code).toBe(2);
    expect(stderr).toContain("A1");
    expect(await quantities()).toMatchObject({ prod1: 9 });
  });

  it("finishes what is in flight at Ctrl-C, prints the command that goes on, and that one finishes", async () => {
    await store.json("seed");
    const line = '{"products":[{"product_id":"prod3","quantity":1}],"address":"1 Way"}\n';
    const file = await store.file("many.ndjson", line.repeat(30));
    const words = ["process", file, "--batch-size", "1", "--json"];
    const cli = startCli(words, { env: store.env, cwd: store.directory });
    await new Promise((resolve) => setTimeout(resolve, 400));
    cli.signal("SIGINT");
    const { code, stderr, stdout, exits } = await cli.result;
    expect(exits).toEqual([]);
    if (code !== 0) {
      expect(code).toBe(130);
      expect(stderr).toContain(`warehouse process ${file}`);
      expect(JSON.parse(stdout)).toMatchObject({ interrupted: true, totals: {} });
    }
    const rest = (await store.json("process", file)) as RunReport;
    expect(rest.totals.in_transit).toBe(30);
    expect(await quantities()).toMatchObject({ prod3: 0 });
    expect(await store.json("audit")).toMatchObject({ ok: true });
  });
});
