import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/db/connect.js";
import type { Check } from "../../src/shared/checks.js";
import { type RunningBin, startBin } from "../support/bin.js";
import { type CliStore, openCliStore } from "../support/cli-store.js";
import { startModelServer } from "../support/model-server.js";

interface Diagnosis {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

let store: CliStore;
beforeAll(async () => {
  store = await openCliStore();
});
afterAll(() => store.close());

async function examine(...words: string[]): Promise<Diagnosis & { readonly code: number; readonly stdout: string }> {
  const { code, stdout } = await store.run(["doctor", "--json", ...words], { env: { OPENAI_API_KEY: "sk-hidden" } });
  return { ...(JSON.parse(stdout) as Diagnosis), code, stdout };
}

const found = ({ checks }: Diagnosis, what: string) => checks.find((check) => check.what === what);

describe("warehouse doctor", () => {
  it("makes no data directory", async () => {
    const dataDir = join(store.directory, "not/there");
    const diagnosis = await examine("--data-dir", dataDir);
    expect(diagnosis).toMatchObject({ ok: true, code: 0 });
    expect(found(diagnosis, "Data directory")?.found).toContain("still empty");
    expect(existsSync(join(store.directory, "not"))).toBe(false);
  });

  it("finds nothing wrong with a seeded warehouse", async () => {
    await store.run(["seed"]);
    const diagnosis = await examine();
    expect(diagnosis.checks.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(found(diagnosis, "Collection orders")?.found).toBe("indexes and validator are there");
  });

  it("names an index that was dropped by hand with the command that makes it, and leaves it so", async () => {
    const { WAREHOUSE_DB: dbName = "", MONGODB_URI: uri } = store.env;
    const place = { dbName, dataDir: join(store.directory, "data"), ...(uri !== undefined && { uri }) };
    const database = await openDatabase(place);
    await database.collections.orders.dropIndex("key_1");
    await database.close();
    for (const _ of [1, 2]) {
      const diagnosis = await examine();
      expect(diagnosis).toMatchObject({ ok: false, code: 5 });
      expect(found(diagnosis, "Collection orders")).toMatchObject({
        status: "failed",
        found: "missing index on key",
        fix: 'in mongosh: db.orders.createIndex({"key":1}, {"unique":true,"partialFilterExpression":{"key":{"$type":"string"}}})',
      });
    }
    const { stdout } = await store.run(["doctor"]);
    expect(stdout).toContain("FAILED   Collection orders: missing index on key\n         fix: in mongosh");
    expect(stdout).toContain("Not ready: 1 check failed.");
  });

  it("tells a file from a data directory", async () => {
    const diagnosis = await examine("--data-dir", await store.file("file", "x"));
    expect(diagnosis).toMatchObject({ ok: false, code: 5 });
    expect(found(diagnosis, "Data directory")?.found).toContain("is a file, not a directory");
  });

  it("says of an Atlas cluster that no name is known, and where its addresses are let in", async () => {
    const diagnosis = await examine("--uri", "mongodb+srv://me:hush@shop.invalid.mongodb.net/");
    expect(diagnosis).toMatchObject({ ok: false, code: 5 });
    expect(found(diagnosis, "Connection")?.fix).toMatch(/host name.* DNS; or in Atlas, .*Network Access/);
    expect(diagnosis.stdout).not.toContain("hush");
  });

  it("says why a deployment cannot be reached, without its password", async () => {
    const diagnosis = await examine("--uri", "mongodb://me:hush@127.0.0.1:9/?serverSelectionTimeoutMS=300");
    expect(diagnosis).toMatchObject({ ok: false, code: 5 });
    expect(found(diagnosis, "Connection")).toMatchObject({ status: "failed", fix: "start it, or correct its URI" });
    expect(diagnosis.stdout).not.toContain("hush");
  });
});

describe("warehouse doctor on a database that asks for a log-in", () => {
  let db: RunningBin;
  let uri: URL;
  beforeAll(async () => {
    const dataDir = join(store.directory, "served");
    db = startBin(["db", "--port", "0", "--data-dir", dataDir], { env: store.env, cwd: store.directory });
    await db.until("Serving");
    uri = new URL(db.stdout().split("\n")[0] ?? "");
  });
  afterAll(async () => {
    db.child.kill("SIGINT");
    await db.ended;
  });

  const asked = (change: (uri: URL) => void): Promise<Diagnosis & { readonly code: number }> => {
    const changed = new URL(uri);
    changed.searchParams.set("serverSelectionTimeoutMS", "500");
    change(changed);
    return examine("--uri", changed.href);
  };

  it("is content with the right one", async () => {
    expect(await asked(() => undefined)).toMatchObject({ ok: true, code: 0 });
  });

  it("tells a wrong password from a server that is not there", async () => {
    const diagnosis = await asked((each) => (each.password = "wrong"));
    expect(diagnosis).toMatchObject({ ok: false, code: 5 });
    expect(found(diagnosis, "Connection")?.fix).toContain("correct them in the URI, and authSource");
  });

  it("is not ready where nobody is logged in", async () => {
    const diagnosis = await asked((each) => {
      Object.assign(each, { username: "", password: "", search: "" });
    });
    expect(diagnosis).toMatchObject({ ok: false, code: 5 });
    expect(found(diagnosis, "Collections")).toMatchObject({ fix: "put user and password into the URI" });
  });

  it("names TLS where the server does not speak it", async () => {
    const diagnosis = await asked((each) => each.searchParams.set("tls", "true"));
    expect(diagnosis.code).toBe(5);
    expect(found(diagnosis, "Connection")?.fix).toContain("set tls in the URI");
  });
});

describe("warehouse doctor --model", () => {
  const model = ["--data-dir", "/tmp/none-of-ours", "--model", "openai/some"];
  const answers = async (args: unknown, usage?: null) => {
    const call = { name: "report_units", args };
    const server = await startModelServer(() => ({ calls: [call], ...(usage === null && { usage }) }));
    const diagnosis = await examine(...model, "--base-url", server.baseUrl);
    await server.close();
    return diagnosis;
  };

  it("asks one question and shows no key", async () => {
    const diagnosis = await answers({ units: 3 });
    expect(diagnosis).toMatchObject({ ok: true, code: 0 });
    expect(diagnosis.checks.slice(-4).map(({ what, status }) => [what, status])).toEqual([
      ["Model key", "ok"],
      ["Model endpoint", "ok"],
      ["Tool call", "ok"],
      ["Usage numbers", "ok"],
    ]);
    expect(diagnosis.stdout).not.toContain("sk-hidden");
  });

  it("says whom it waits for, and how long", async () => {
    const server = await startModelServer(() => ({ status: 500, rawBody: "{}" }));
    const { stderr, code } = await store.run(["doctor", ...model, "--base-url", server.baseUrl]);
    await server.close();
    expect([code, stderr]).toEqual([5, expect.stringContaining("Asking openai/some; waiting for up to 30 s\n")]);
  });

  it("fails on a malformed tool call, and only warns of missing usage numbers", async () => {
    const diagnosis = await answers("{ units:", null);
    expect(diagnosis.code).toBe(5);
    expect(found(diagnosis, "Tool call")?.status).toBe("failed");
    expect(found(diagnosis, "Usage numbers")?.status).toBe("warning");
  });

  it.each([
    ["answers in prose", { text: "Three units." }, "Tool call", "choose a model that is made for tool calls"],
    ["knows no such model", { status: 404, rawBody: "{}" }, "Model endpoint", "check the name given with --model"],
    ["refuses the key", { status: 401, rawBody: "{}" }, "Model endpoint", "check it in the environment or .env"],
    ["hangs up", { hangUp: true }, "Model endpoint", "start the server, or check --base-url"],
    ["is no such server", { rawBody: "<html>" }, "Model endpoint", "check that --base-url names an OpenAI-compatible"],
  ])("names the fix for a server that %s", async (_, answer, what, fix) => {
    const server = await startModelServer(() => answer);
    const diagnosis = await examine(...model, "--base-url", server.baseUrl);
    await server.close();
    expect(diagnosis).toMatchObject({ ok: false, code: 5 });
    expect(found(diagnosis, what)).toMatchObject({ status: "failed", fix: expect.stringContaining(fix) as string });
  });

  it("names the variable of a missing key", async () => {
    const diagnosis = await examine("--data-dir", "/tmp/none-of-ours", "--model", "deepseek/deepseek-chat");
    expect(diagnosis.code).toBe(5);
    expect(found(diagnosis, "Model key")?.fix).toBe("set DEEPSEEK_API_KEY in the environment or in a .env file");
  });
});

describe("warehouse doctor --role", () => {
  it("prints a script without touching any database", async () => {
    const { code, stdout } = await store.run(["doctor", "--role", "--db", "shop"]);
    expect(code).toBe(0);
    expect(stdout).toContain('const desk = db.getSiblingDB("shop");');
    expect(stdout).toContain('{"resource":{"db":"shop","collection":"orders"},"actions":["find","insert"');
  });
});
