import { MongoClient } from "mongodb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunReport } from "../../src/graph/report.js";
import { type RunningBin, startBin } from "../support/bin.js";
import { type CliStore, openCliStore } from "../support/cli-store.js";

const fixture = new URL("../../fixtures/orders.json", import.meta.url).pathname;

// Several processes one after the other, on a machine that runs other tests too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let store: CliStore;
beforeEach(async () => {
  store = await openCliStore();
});
afterEach(() => store.close());

function start(words: readonly string[], pipe?: string): RunningBin {
  return startBin(words, { env: store.env, cwd: store.directory, ...(pipe !== undefined && { pipe }) });
}

/** Orders of one unit each of product `a`. */
async function manyOrders(count: number): Promise<string> {
  await store.json("seed", "--file", await store.file("a.json", [{ _id: "a", name: "A", price: 1, quantity: count }]));
  return store.file("many.ndjson", '{"products":[{"product_id":"a","quantity":1}],"address":"1 Way"}\n'.repeat(count));
}

async function expectAllDoneOnce(file: string, count: number): Promise<void> {
  const report = (await store.json("process", file)) as RunReport;
  expect(report.totals).toMatchObject({ orders: count, in_transit: count });
  expect(await store.json("stock")).toMatchObject([{ quantity: 0, allocated: count }]);
  expect(await store.json("audit")).toMatchObject({ ok: true });
}

describe("the real program", () => {
  it("exits with the contract's codes and ends by itself", async () => {
    const unreachable = ["stock", "--uri", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"];
    const wrong = [["process", fixture], ["stok"], unreachable].map((words) => start(words).ended);
    expect((await Promise.all(wrong)).map(({ code }) => code)).toEqual([2, 2, 5]);
    expect((await start(["seed"]).ended).code).toBe(0);
    expect((await start(["process", fixture]).ended).code).toBe(0);
  });

  it("is silent on stderr in a pipe and prints no colour", async () => {
    await store.json("seed");
    const { stdout, stderr } = await start(["process", fixture]).ended;
    expect(stderr).toBe("");
    expect(stdout).not.toContain("\u001b");
  });

  it("ends quietly when its reader goes away", async () => {
    await store.json("seed");
    for (const words of [["process", fixture], ["ledger"], ["ledger", "--json"], ["--help"]]) {
      const { code, stderr } = await start(words, "| true").ended;
      expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: "" });
    }
  });

  it("exits 4 when the audit finds stock changed behind the ledger, and 0 once it is adopted", async () => {
    await store.json("seed");
    const db = await serve();
    const client = new MongoClient(db.uri);
    await client
      .db(store.env["WAREHOUSE_DB"])
      .collection<{ _id: string }>("products")
      .updateOne({ _id: "prod1" }, { $inc: { quantity: -1 } });
    await client.close();
    await db.stop();
    const audit = await start(["audit"]).ended;
    expect(audit.code).toBe(4);
    expect(audit.stdout).toContain("prod1");
    expect((await start(["audit", "--adopt"]).ended).code).toBe(0);
    expect((await start(["audit"]).ended).code).toBe(0);
  });
});

/** The deployment of the tests, or the store's own files served by `warehouse db`. */
async function serve(): Promise<{ readonly uri: string; stop(): Promise<void> }> {
  const deployment = store.env["MONGODB_URI"];
  if (deployment !== undefined) return { uri: deployment, stop: () => Promise.resolve() };
  const db = start(["db", "--port", "0"]);
  await db.until("Serving");
  const stop = async (): Promise<void> => {
    db.child.kill("SIGINT");
    await db.ended;
  };
  return { uri: uriOf(db), stop };
}

function uriOf(db: RunningBin): string {
  return db.stdout().split("\n")[0] ?? "";
}

describe("Ctrl-C", () => {
  it("finishes the batch in flight, prints the command that goes on, and exits 130", async () => {
    const file = await manyOrders(300);
    const run = start(["process", file, "--batch-size", "2", "--verbose"]);
    await run.until("Opened database");
    run.child.kill("SIGINT");
    const { code, stderr } = await run.ended;
    expect(code).toBe(130);
    expect(stderr).toContain(`warehouse process ${file}`);
    await expectAllDoneOnce(file, 300);
  });

  it("twice stops at once, and the books hold", async () => {
    const file = await manyOrders(300);
    const run = start(["process", file, "--batch-size", "2", "--verbose"]);
    await run.until("Opened database");
    run.child.kill("SIGINT");
    await run.until("Ctrl-C once more");
    run.child.kill("SIGINT");
    expect((await run.ended).code).toBe(130);
    await expectAllDoneOnce(file, 300);
  });

  it("ends a command that has nothing in flight at once", async () => {
    const run = start(["stock", "--uri", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=60000"]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    run.child.kill("SIGINT");
    expect((await run.ended).code).toBe(130);
  });
});

describe("kill -9", () => {
  it.each([300, 700, 1100])("after %d ms loses nothing that was done", async (delayMs) => {
    const file = await manyOrders(400);
    const run = start(["process", file, "--batch-size", "10"]);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    run.child.kill("SIGKILL");
    await run.ended;
    await expectAllDoneOnce(file, 400);
  });
});

describe("many processes at once", () => {
  it("sell what is there and no more", async () => {
    await store.json("seed");
    const files = await Promise.all(
      [1, 2, 3].map((number) =>
        store.file(
          `${number}.ndjson`,
          `{"products":[{"product_id":"prod1","quantity":1}],"address":"${number} Way"}\n`.repeat(8),
        ),
      ),
    );
    const ends = await Promise.all(files.map((file) => start(["process", file, "--json"]).ended));
    const shipped = ends.map(({ stdout }) => (JSON.parse(stdout) as RunReport).totals.in_transit);
    expect(shipped.reduce((sum, count) => sum + count)).toBe(10);
    expect(await store.json("stock", "prod1")).toMatchObject([{ quantity: 0, allocated: 10 }]);
    expect(await store.json("audit")).toMatchObject({ ok: true });
  });
});

describe("warehouse db", () => {
  it.each([[["db"]], [["db", "--port", "0"]]])("%j serves the embedded database until Ctrl-C", async (words) => {
    const env = { HOME: store.directory, WAREHOUSE_DATA_DIR: `${store.directory}/served` };
    const db = startBin(words, { env, cwd: store.directory });
    await db.until("Serving");
    const client = new MongoClient(uriOf(db));
    await client.db("any").collection("things").insertOne({ it: "works" });
    expect(await client.db("any").collection("things").countDocuments()).toBe(1);
    await client.close();
    db.child.kill("SIGINT");
    expect((await db.ended).code).toBe(0);
  });
});
