import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunReport } from "../../src/graph/report.js";
import { type CliStore, openCliStore } from "../support/cli-store.js";

const fixture = new URL("../../fixtures/orders.json", import.meta.url).pathname;

let store: CliStore;
let processed: RunReport;
let run: string;
beforeEach(async () => {
  store = await openCliStore();
  await store.json("seed");
  processed = (await store.json("process", fixture)) as RunReport;
  run = processed.run ?? "";
});
afterEach(() => store.close());

const inDirectory = (name: string): string => join(store.directory, name);

describe("warehouse report", () => {
  it("prints with --json what process printed", async () => {
    expect(await store.json("report", run)).toEqual(processed);
  });

  it("prints as text what process printed, and where orders are by now", async () => {
    const [first] = processed.orders ?? [];
    await store.json("deliver", first?.order_id ?? "");
    const { code, stdout, stderr } = await store.run(["report", run]);
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
      ─  ────────────────────────  ──────────  ───────────────
      1  <order id>              in_transit  delivered since
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
  });

  it("takes the start of an id", async () => {
    expect(await store.json("report", run.slice(0, 10))).toEqual(processed);
  });

  it.each([
    [(id: string) => `${id.slice(0, -1)}x`, /^error: There is no run \S+x; did you mean (\S+)\?\n/],
    [(id: string) => id.slice(9, 15), /^error: There is no run \d{6}; did you mean (\S+)\?\n/],
  ])("exits 2 on an unknown run and names the near one", async (typed, message) => {
    const { code, stdout, stderr } = await store.run(["report", typed(run)]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(message.exec(stderr)?.[1]).toBe(run);
    expect(stderr).toMatch(/try: warehouse runs\n/);
  });

  it("exits 2 on the start of several ids and names them, also as JSON", async () => {
    const second = (await store.json("process", fixture)) as RunReport;
    const { code, stdout } = await store.run(["report", "2", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "not_found", details: { run: "2", near: [second.run, run] } },
    });
  });

  it("says nothing of near runs where none is", async () => {
    const { code, stderr } = await store.run(["report", "nonsense"]);
    expect(code).toBe(2);
    expect(stderr).toContain("error: There is no run nonsense\n");
  });
});

describe("warehouse report --html", () => {
  it("writes one page, says so on stderr and nothing on stdout", async () => {
    const { code, stdout, stderr } = await store.run(["report", run, "--html", "report.html"]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "Wrote report.html\n" });
    const page = await readFile(inDirectory("report.html"), "utf8");
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain("456 Elm St");
    expect(page).toMatch(/<\/html>\s*$/);
  });

  it("overwrites a page that is there", async () => {
    const path = await store.file("report.html", "x".repeat(1_000_000));
    await store.run(["report", run, "--html", path]);
    expect((await readFile(path, "utf8")).endsWith("x")).toBe(false);
  });

  it("writes to standard output with -, silent otherwise", async () => {
    const { code, stdout, stderr } = await store.run(["report", run, "--html", "-"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^<!doctype html>[^]*<\/html>\s*$/);
  });

  it("prints the report as JSON besides with --json, but not both on standard output", async () => {
    expect(await store.json("report", run, "--html", "report.html")).toEqual(processed);
    const { code, stdout } = await store.run(["report", run, "--html", "-", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage" } });
  });

  it("exits 2 where it cannot write, with place and fix, and leaves nothing", async () => {
    const before = await readdir(store.directory);
    const { code, stdout, stderr } = await store.run(["report", run, "--html", "missing/report.html"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.replaceAll(store.directory, "")).toBe(
      "error: Cannot write /missing/report.html: There is no such directory\n" +
        "   in: /missing/report.html\n  try: make the directory first, or name another place\n",
    );
    expect(await readdir(store.directory)).toEqual(before);
  });

  it("writes no page for an unknown run", async () => {
    const { code } = await store.run(["report", "nonsense", "--html", "report.html"]);
    expect(code).toBe(2);
    expect(await readdir(store.directory)).not.toContain("report.html");
  });

  it("shows every order of a large run only when told to, as process does", async () => {
    const order = { products: [{ product_id: "prod3", quantity: 1 }], address: "1 Way" };
    const file = await store.file("many.ndjson", `${JSON.stringify(order)}\n`.repeat(10_001));
    const { stdout } = await store.run(["process", file, "--json"]);
    const many = JSON.parse(stdout) as RunReport;
    expect(await store.json("report", many.run ?? "")).toEqual({ ...many, orders_omitted: true });
    expect(((await store.json("report", many.run ?? "", "--all-orders")) as RunReport).orders).toHaveLength(10_001);
    const rows = async (...words: string[]): Promise<number> =>
      (await store.run(["report", many.run ?? "", "--html", "-", ...words])).stdout.split("data-status=").length - 1;
    expect(await rows()).toBe(10_000);
    expect(await rows("--all-orders")).toBe(10_001);
  }, 60_000);
});

/** What differs from run to run, made the same. */
function steady(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{24}/g, "<order id>            ")
    .replaceAll(/\d{8}-\d{6}-[0-9a-f]{8}/g, "<run id>")
    .replaceAll(/Time {5}.*/g, "Time     <time>");
}
