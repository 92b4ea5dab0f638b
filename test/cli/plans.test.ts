import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient, type Document } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type Engine } from "../../src/engine/index.js";
import { runCli } from "../support/cli.js";
import { startRecorder, type Recorded, type Recorder } from "../support/recorder.js";

let directory: string;
let engine: Engine;
let recorder: Recorder;
const db = `test_${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "plans-"));
  engine = await startEngine();
  recorder = await startRecorder(engine.uri);
});
afterAll(async () => {
  await recorder.close();
  await engine.close();
  rmSync(directory, { recursive: true, force: true });
});

async function warehouse(...words: string[]): Promise<Document> {
  const env = { MONGODB_URI: recorder.uri, WAREHOUSE_DB: db, HOME: directory };
  const { code, stdout, stderr } = await runCli([...words, "--json"], { cwd: directory, env });
  expect([0, 3], `warehouse ${words.join(" ")}: ${stdout}${stderr}`).toContain(code);
  return JSON.parse(stdout) as Document;
}

/** Every command that reads or changes orders, products, ledger or runs; but `audit`, which looks at all there is. */
async function useEverything(): Promise<void> {
  const orders = [
    { order_id: "a", products: [{ product_id: "prod1", quantity: 2 }], address: "1 Main St" },
    { order_id: "b", products: [{ product_id: "prod2", quantity: 1 }], address: "2 Main St" },
    { order_id: "c", products: [{ product_id: "prod3", quantity: 1000 }], address: "3 Main St" },
  ];
  writeFileSync(join(directory, "orders.json"), JSON.stringify(orders));
  writeFileSync(
    join(directory, "more.json"),
    JSON.stringify(orders.map((each) => ({ ...each, order_id: `${each.order_id}2` }))),
  );
  await warehouse("seed");
  const { run } = await warehouse("process", join(directory, "orders.json"));
  await warehouse("process", join(directory, "orders.json"));
  await warehouse("submit", join(directory, "more.json"));
  await warehouse("work");
  await warehouse("resume");
  await warehouse("stock");
  await warehouse("stock", "prod1");
  await warehouse("receive", "prod1", "5");
  await warehouse("adjust", "prod2", "-1", "--reason", "broken");
  await warehouse("orders", "--status", "in_transit", "--limit", "2");
  await warehouse("orders", "--run", String(run));
  await warehouse("order", "a");
  await warehouse("deliver", "a");
  await warehouse("cancel", "b");
  for (const filter of [
    ["--product", "prod1"],
    ["--order", "a"],
    ["--run", String(run)],
  ])
    await warehouse("ledger", ...filter);
  await warehouse("runs");
  await warehouse("run", String(run));
}

const indexless: readonly unknown[] = ["COLLSCAN"];

function stagesOf(plan: Document | undefined): unknown[] {
  if (plan === undefined) return [];
  const inner = [plan["inputStage"], ...((plan["inputStages"] ?? []) as unknown[])] as (Document | undefined)[];
  return [plan["stage"], ...inner.flatMap(stagesOf)];
}

/** What a query asks for; empty for one that is meant to read everything. */
function filterOf({ command }: Recorded): unknown {
  const [statement] = (command["updates"] ?? command["deletes"] ?? []) as Document[];
  const [stage] = (command["pipeline"] ?? []) as Document[];
  return statement?.["q"] ?? stage?.["$match"] ?? command["filter"] ?? command["query"] ?? {};
}

describe("the program's queries", () => {
  it("scan no collection, but where all of it is asked for", { timeout: 60_000 }, async () => {
    await useEverything();
    const client = await new MongoClient(engine.uri).connect();
    const scans: string[] = [];
    let explained = 0;
    for (const query of recorder.queries()) {
      if (query.db !== db || Object.keys(filterOf(query) as object).length === 0) continue;
      if (JSON.stringify(query.command).includes("$changeStream")) continue;
      const answer = await client.db(db).command({ explain: query.command, verbosity: "queryPlanner" });
      const [first] = (answer["stages"] ?? []) as { $cursor?: Document }[];
      const planner = (answer["queryPlanner"] ?? first?.$cursor?.["queryPlanner"]) as Document | undefined;
      if (stagesOf(planner?.["winningPlan"] as Document | undefined).some((stage) => indexless.includes(stage))) {
        scans.push(JSON.stringify(query.command));
      }
      explained++;
    }
    await client.close();
    expect(explained).toBeGreaterThan(50);
    expect([...new Set(scans)]).toEqual([]);
  });
});
