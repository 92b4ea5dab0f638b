import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunReport } from "../../src/graph/report.js";
import type { SubmitReport } from "../../src/graph/submission.js";
import { type RunningBin, startBin } from "../support/bin.js";
import { type CliStore, openCliStore } from "../support/cli-store.js";

// Several processes at once, on a machine that runs other tests too.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

let store: CliStore;
beforeEach(async () => {
  store = await openCliStore();
});
afterEach(async () => {
  // What a failed test has left running; the rest has ended.
  for (const { child, ended } of started.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
  await store.close();
});

const started: RunningBin[] = [];

function start(...words: string[]): RunningBin {
  const running = startBin(words, { env: store.env, cwd: store.directory });
  started.push(running);
  return running;
}

/** Products, and orders that take about 1.3 units of each an order. */
async function orderFile(count: number, stock = 2 * count): Promise<string> {
  const products = ["a", "b", "c"].map((_id) => ({ _id, name: _id, price: 1.1, quantity: stock }));
  await store.json("seed", "--file", await store.file("products.json", products));
  const orders = Array.from({ length: count }, (_, index) => ({
    products: [
      { product_id: "abc".charAt(index % 3), quantity: 1 + (index % 5) },
      { product_id: "abc".charAt((index + 1) % 3), quantity: 1 },
    ],
    address: `${index} Way`,
  }));
  return store.file("orders.ndjson", orders.map((order) => JSON.stringify(order)).join("\n"));
}

async function statuses(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of (await store.json("orders", "--limit", "10000")) as { status: string }[])
    counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function reportOf(stdout: string): RunReport {
  return JSON.parse(stdout) as RunReport;
}

describe("warehouse submit", () => {
  it("records the orders and says what to do next", async () => {
    const file = await orderFile(3);
    const { code, stdout, stderr } = await store.run(["submit", file], { columns: 80 });
    expect(code).toBe(0);
    expect(stdout).toContain("3 (3 recorded as pending)");
    expect(stderr).toContain("warehouse work");
    expect(await statuses()).toEqual({ pending: 3 });
    expect((await store.run(["submit", file])).stdout).toContain("3 (0 recorded as pending, 3 recorded before)");
  });

  it("is one document with --json", async () => {
    const report = (await store.json("submit", await orderFile(2))) as SubmitReport;
    expect(Object.keys(report)).toEqual(["run", "source", "orders", "totals", "duration_ms"]);
    expect(report.orders).toMatchObject([
      { index: 0, status: "pending", already_recorded: false },
      { index: 1, status: "pending", already_recorded: false },
    ]);
    expect(await store.json("runs")).toMatchObject([{ command: "submit", totals: { orders: 2 } }]);
  });

  it("refuses a wrong input whole, or skips what is wrong and exits 3", async () => {
    await store.json("seed");
    const order = { products: [{ product_id: "prod1", quantity: 1 }], address: "1 Way" };
    const file = await store.file("mixed.json", [order, { ...order, address: "" }]);
    expect((await store.run(["submit", file])).code).toBe(2);
    expect(await store.json("orders")).toEqual([]);
    const { code, stdout, stderr } = await store.run(["submit", file, "--skip-invalid"]);
    expect(code).toBe(3);
    expect(stdout).toContain("1 (1 recorded as pending), and 1 invalid");
    expect(stderr).toContain("skipped: ");
  });

  it("exits 2 on a database without products and names seed", async () => {
    const { code, stderr } = await store.run(["submit", "-"], {
      stdin: '[{"products":[{"product_id":"a","quantity":1}],"address":"x"}]',
    });
    expect(code).toBe(2);
    expect(stderr).toContain("warehouse seed");
  });
});

describe("warehouse work", () => {
  it("takes pending orders through the graph and reports them", async () => {
    await store.json("submit", await orderFile(4));
    const { code, stdout } = await store.run(["work", "--json"]);
    expect(code).toBe(0);
    expect(reportOf(stdout).totals).toMatchObject({ orders: 4, in_transit: 4 });
    expect((await store.run(["work"])).stdout).toContain("0 (0 in transit)");
  });

  it("does every order once with four workers, one of them killed in the middle", async () => {
    const count = 400;
    await store.json("submit", await orderFile(count, count));
    const words = ["work", "--batch-size", "10", "--lease", "5", "--json"];
    const [victim, ...others] = [1, 2, 3, 4].map(() => start(...words));
    await expect.poll(async () => (await statuses())["in_transit"] ?? 0, { timeout: 60_000 }).toBeGreaterThan(20);
    victim!.child.kill("SIGKILL");
    const ends = await Promise.all(others.map(({ ended }) => ended));
    expect((await victim!.ended).code).toBe("SIGKILL");
    expect(ends.map(({ code }) => [0, 3].includes(Number(code)))).toEqual([true, true, true]);
    const { pending = 0, in_transit = 0, cancelled = 0 } = await statuses();
    expect({ pending, all: in_transit + cancelled }).toEqual({ pending: 0, all: count });
    const ids = ends.flatMap(({ stdout }) => reportOf(stdout).orders?.map(({ order_id }) => order_id) ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await store.json("audit")).toMatchObject({ ok: true });
  });
});

describe("warehouse work --follow", () => {
  it("takes up orders that are submitted later, and on Ctrl-C reports and exits 130", async () => {
    const file = await orderFile(6);
    const worker = start("work", "--follow");
    await worker.until("Waiting for new orders");
    await store.json("submit", file);
    await expect.poll(statuses, { timeout: 30_000 }).toEqual({ in_transit: 6 });
    worker.child.kill("SIGINT");
    const { code, stdout, stderr } = await worker.ended;
    expect(code).toBe(130);
    expect(stdout).toContain("6 (6 in transit)");
    expect(stderr).toContain("warehouse work --follow");
    expect(await store.json("audit")).toMatchObject({ ok: true });
  });
});

describe("warehouse resume", () => {
  it("does what a killed process left, and a worker beside it does nothing twice", async () => {
    const file = await orderFile(200);
    const run = start("process", file, "--batch-size", "5", "--json");
    await expect.poll(async () => (await statuses())["in_transit"] ?? 0, { timeout: 60_000 }).toBeGreaterThan(10);
    run.child.kill("SIGKILL");
    await run.ended;
    const words = ["--batch-size", "5", "--json"];
    const ends = await Promise.all(
      [start("resume", ...words), start("work", "--lease", "2", ...words)].map(({ ended }) => ended),
    );
    expect(ends.map(({ stderr }) => stderr.replaceAll(/Waiting for .*\n/g, ""))).toEqual(["", ""]);
    expect(await statuses()).not.toHaveProperty("pending");
    expect(await store.json("audit")).toMatchObject({ ok: true });
  });
});
