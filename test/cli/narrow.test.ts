import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import stringWidth from "string-width";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, type CliResult } from "../support/cli.js";

const folder = mkdtempSync(join(tmpdir(), "warehouse-narrow-"));
const orders = join(folder, "the orders of a day.json");
const bad = join(folder, "bad.json");
const dataDir = join(folder, "data");

/** What a command says on a terminal of so many columns, or in a pipe; CI has no spinner to be taken for a line. */
function say(words: readonly string[], columns?: number): Promise<CliResult> {
  return runCli([...words, "--data-dir", dataDir], {
    cwd: folder,
    env: { CI: "1" },
    ...(columns !== undefined && { columns }),
  });
}

beforeAll(async () => {
  const address = "東京都千代田区丸の内一丁目 🚉 Building With A Rather Long Name, 12th Floor, Room 1234";
  const order = (product: string, units: number): unknown => ({
    products: [{ product_id: product, quantity: units }],
    address,
  });
  writeFileSync(orders, JSON.stringify([order("prod1", 2), order("prod2", 2000), order("nothing-of-ours", 1)]));
  writeFileSync(bad, JSON.stringify([{ products: [{ product_id: "", quantity: 2.5 }], address: " " }]));
  await say(["seed"]);
  await say(["process", orders]);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const commands: readonly (readonly string[])[] = [
  ["process", orders],
  ["stock"],
  ["orders"],
  ["ledger"],
  ["runs"],
  ["audit"],
  ["process", bad],
  ["process", join(folder, "no-such-file-of-orders.json")],
  ["orders", "--status", "shipped"],
  ["stock", "prod77", "prod78"],
  ["stock", "--uri", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=1"],
];

describe("a terminal of 60 columns", () => {
  it.each(commands)("holds every line of %s %s", async (...words) => {
    const { stdout, stderr } = await say(words, 60);
    const tooWide = `${stdout}\n${stderr}`.split("\n").filter((line) => stringWidth(line) > 60);
    expect(tooWide).toEqual([]);
  });

  it("shows run and order whole, reasons in words", async () => {
    const [run = { run: "" }] = JSON.parse((await say(["runs", "--json"])).stdout) as { run: string }[];
    const [order = { order_id: "" }] = JSON.parse((await say(["orders", "--json"])).stdout) as { order_id: string }[];
    const shown = [await say(["run", run.run], 60), await say(["order", order.order_id], 60)];
    const lines = shown.flatMap(({ stdout, stderr }) => `${stdout}\n${stderr}`.split("\n"));
    expect(lines.filter((line) => stringWidth(line) > 60)).toEqual([]);
    expect(lines).toContain("Reason   unknown product");
  });

  it("keeps an order's id in the ledger on one line", async () => {
    const [order = { order_id: "" }] = JSON.parse((await say(["orders", "--json"])).stdout) as { order_id: string }[];
    expect((await say(["ledger"], 60)).stdout).toContain(order.order_id);
  });

  it("writes a long next command so that a shell takes it for one", async () => {
    const { stderr } = await say(["stock"], 60);
    expect(stderr).toMatch(/^Next: warehouse process orders\.json --data-dir \\\n {6}\S+\n$/);
  });
});

describe("a pipe", () => {
  it("gets each sentence on one line", async () => {
    const { stdout } = await say(["audit"]);
    expect(stdout).toContain(
      "Every order's units are taken once, and given back once if it was cancelled (3 checked)\n",
    );
    const { stderr } = await say(["process", bad]);
    expect(stderr.split("\n")).toHaveLength(6);
  });

  it("gets reasons as codes in JSON", async () => {
    expect((await say(["orders", "--json"])).stdout).toContain('"insufficient_stock"');
    expect((await say(["orders"])).stdout).toContain("not enough stock");
  });
});
