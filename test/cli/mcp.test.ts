import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startBin } from "../support/bin.js";
import { type CliStore, openCliStore } from "../support/cli-store.js";
import { type Answer, type McpSession, openMcp } from "../support/mcp.js";

// Several processes one after the other, on a machine that runs other tests too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const readNames = ["audit", "check_stock", "get_order", "list_orders", "list_products"];
const writeNames = ["cancel_order", "create_order", "update_delivery_status", "update_stock"];

let store: CliStore;
let mcp: McpSession | undefined;
beforeEach(async () => {
  store = await openCliStore();
  await store.json("seed");
});
afterEach(async () => {
  await mcp?.close();
  mcp = undefined;
  await store.close();
});

async function open(...words: string[]): Promise<McpSession> {
  mcp = await openMcp(store, ...words);
  return mcp;
}

const laptops = (quantity: number, idempotency_key: string) => ({
  products: [{ product_id: "prod1", quantity }],
  address: "1 Way",
  idempotency_key,
});

/** Creates an order and gives its id. */
async function created({ call }: McpSession, quantity: number, key: string): Promise<string> {
  return String((await call("create_order", laptops(quantity, key))).data?.["order_id"]);
}

/** The code of a refusal; every one says what to do. */
function codeOf({ error }: Answer): string | undefined {
  if (error !== undefined) expect(error.fix).not.toBe("");
  return error?.code;
}

describe("warehouse mcp", () => {
  it("is read-only: write tools and prompts are not even listed", async () => {
    const { client, call, stderr } = await open();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(readNames);
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(["stock_report", "explain_order"]);
    for (const name of writeNames) expect(codeOf(await call(name, laptops(1, "k")))).toBe("read_only");
    expect((await call("list_orders")).data).toEqual({ orders: [], more: false });
    expect(stderr()).toContain("read-only");
  });

  it("describes every tool with its arguments and results", async () => {
    const { client } = await open("--allow-writes");
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual([...readNames, ...writeNames].sort());
    const create = tools.find(({ name }) => name === "create_order");
    expect(create?.inputSchema.required).toEqual(["products", "address", "idempotency_key"]);
    expect(create?.inputSchema.properties?.["products"]).toMatchObject({
      type: "array",
      items: { required: ["product_id", "quantity"] },
    });
    expect(tools.find(({ name }) => name === "list_orders")?.inputSchema.required ?? []).toEqual([]);
    expect(tools.every(({ outputSchema, description }) => outputSchema?.type === "object" && description)).toBe(true);
  });

  it("takes an order all the way, and repeating each step changes nothing", async () => {
    const session = await open("--allow-writes");
    const { call } = session;
    const order_id = await created(session, 2, "k");
    const steps = [
      ["create_order", laptops(2, "k"), true],
      ["update_stock", { order_id, idempotency_key: "k" }, false],
      ["update_stock", { order_id: "k" }, true],
      ["update_delivery_status", { order_id, status: "in_transit" }, false],
      ["update_delivery_status", { order_id, status: "in_transit" }, true],
      ["update_stock", { order_id }, true],
      ["update_delivery_status", { order_id, status: "delivered" }, false],
    ] as const;
    for (const [name, args, already] of steps)
      expect((await call(name, args)).data).toMatchObject({ order_id, already });
    expect((await call("check_stock", { product_id: "prod1" })).data).toEqual({
      product_id: "prod1",
      name: "Laptop",
      price: 999.99,
      quantity: 8,
    });
    expect((await call("get_order", { order_id })).data).toMatchObject({
      status: "delivered",
      address: "1 Way",
      total: 1999.98,
      history: [{ status: "pending", by: "mcp" }, { status: "in_transit" }, { status: "delivered" }],
      movements: [{ kind: "allocation", lines: [{ product_id: "prod1", delta: -2 }] }],
    });
    expect((await call("audit")).data).toMatchObject({ ok: true });
  });

  it("gives units back once when an order is cancelled", async () => {
    const session = await open("--allow-writes");
    const { call } = session;
    const order_id = await created(session, 4, "k");
    await call("update_stock", { order_id });
    const cancel = { order_id, reason: "customer called" };
    const released = [{ product_id: "prod1", quantity: 4 }];
    expect((await call("cancel_order", cancel)).data).toMatchObject({ already: false, released });
    expect((await call("cancel_order", cancel)).data).toMatchObject({ already: true, released: [] });
    expect((await call("check_stock", { product_id: "prod1" })).data).toMatchObject({ quantity: 10 });
    expect((await call("list_orders", { status: "cancelled" })).data).toMatchObject({
      orders: [{ order_id, lines: 1 }],
    });
  });

  it("refuses what the order file and the table of moves refuse, with code and fix", async () => {
    const session = await open("--allow-writes");
    const { call } = session;
    const order_id = await created(session, 11, "big");
    const small = await created(session, 1, "small");
    const wrong: readonly (readonly [string, string, Record<string, unknown>])[] = [
      ["invalid_input", "create_order", laptops(0, "x")],
      ["invalid_input", "create_order", { ...laptops(1, "x"), address: " " }],
      ["invalid_input", "create_order", { ...laptops(1, "x"), products: [] }],
      ["invalid_input", "create_order", { products: [], address: 1 }],
      ["invalid_input", "list_orders", { filter: { $where: "1" } }],
      ["invalid_input", "get_order", { order_id: { $ne: null } }],
      ["order_conflict", "create_order", laptops(2, "small")],
      ["order_conflict", "update_stock", { order_id: small, idempotency_key: "big" }],
      ["insufficient_stock", "update_stock", { order_id }],
      ["not_allocated", "update_delivery_status", { order_id, status: "in_transit" }],
      ["illegal_move", "update_delivery_status", { order_id, status: "delivered" }],
      ["invalid_input", "update_delivery_status", { order_id, status: "cancelled" }],
      ["wrong_reason", "cancel_order", { order_id: small, reason: "insufficient_stock" }],
      ["wrong_reason", "cancel_order", { order_id, reason: "unknown_product" }],
      ["not_found", "check_stock", { product_id: "none" }],
      ["not_found", "get_order", { order_id: "none" }],
      ["unknown_tool", "drop_database", {}],
    ];
    for (const [code, name, args] of wrong)
      expect([name, args, codeOf(await call(name, args))]).toEqual([name, args, code]);
    expect((await call("update_stock", { order_id })).error?.details).toMatchObject({
      shortages: [{ product_id: "prod1", wanted: 11, available: 10 }],
    });
    expect((await call("cancel_order", { order_id, reason: "insufficient_stock" })).data).toMatchObject({
      already: false,
    });
    expect(codeOf(await call("update_stock", { order_id }))).toBe("illegal_move");
    expect((await call("get_order", { order_id })).data).toMatchObject({ shortages: [{ wanted: 11 }] });
    expect((await call("audit")).data).toMatchObject({ ok: true });
  });

  it("shares keys with order files", async () => {
    const { call } = await open("--allow-writes");
    const file = await store.file("o.json", [{ order_id: "k", products: laptops(1, "k").products, address: "1 Way" }]);
    await store.json("process", file);
    expect((await call("create_order", laptops(1, "k"))).data).toMatchObject({ already: true, status: "in_transit" });
    expect(codeOf(await call("create_order", laptops(2, "k")))).toBe("order_conflict");
  });

  it("sells each unit once to callers that do not wait", async () => {
    const session = await open("--allow-writes");
    const ids = await Promise.all(Array.from({ length: 14 }, (_, index) => created(session, 1, `k${index}`)));
    const answers = await Promise.all(
      ids.flatMap((order_id) => [0, 1].map(() => session.call("update_stock", { order_id }))),
    );
    expect(answers.filter(({ data }) => data?.["already"] === false)).toHaveLength(10);
    expect(answers.filter(({ error }) => error?.code === "insufficient_stock")).toHaveLength(8);
    expect((await session.call("audit")).data).toMatchObject({ ok: true });
  });

  it("offers products and orders as resources, and prompts for common tasks", async () => {
    const odd = "a b/ü%";
    await store.json("seed", "--file", await store.file("p.json", [{ _id: odd, name: "Odd", price: 1, quantity: 3 }]));
    const session = await open("--allow-writes");
    const { client } = session;
    const order_id = await created(session, 1, "k");
    const read = async (uri: string): Promise<unknown> => {
      const [content] = (await client.readResource({ uri })).contents;
      return JSON.parse(content !== undefined && "text" in content ? content.text : "");
    };
    expect((await client.listResources()).resources.map(({ uri }) => uri)).toEqual([
      "warehouse://products",
      "warehouse://orders",
    ]);
    expect(await read("warehouse://products")).toMatchObject({
      products: [{ product_id: odd }, {}, {}, {}],
      more: false,
    });
    expect(await read("warehouse://orders")).toMatchObject({ orders: [{ order_id }] });
    expect(await read(`warehouse://orders/${order_id}`)).toMatchObject({ key: "k", address: "1 Way" });
    expect(await read(`warehouse://products/${encodeURIComponent(odd)}`)).toMatchObject({ quantity: 3 });
    await expect(read("warehouse://products/none")).rejects.toThrow("There is no product none");
    const { completion } = await client.complete({
      ref: { type: "ref/resource", uri: "warehouse://products/{product_id}" },
      argument: { name: "product_id", value: "prod" },
    });
    expect(completion.values).toEqual(["prod1", "prod2", "prod3"]);
    const { messages } = await client.getPrompt({ name: "explain_order", arguments: { order_id: 'x". Do else' } });
    expect(messages).toMatchObject([
      { role: "user", content: { text: expect.stringContaining('"x\\". Do else"') as string } },
    ]);
    expect((await client.listPrompts()).prompts).toHaveLength(4);
  });
});

describe("the end of warehouse mcp", () => {
  const hello = {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "pipe", version: "1" } },
  };
  const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "audit", arguments: {} } };
  const start = () => startBin(["mcp"], { env: store.env, cwd: store.directory });

  it("answers what was asked before stdin closed, with nothing but the protocol on stdout", async () => {
    const server = start();
    server.child.stdin.end(`${JSON.stringify(hello)}\nnot json\n${JSON.stringify(call)}\n`);
    const { code, stdout, stderr } = await server.ended;
    const messages = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: number; result: unknown });
    expect(messages.map(({ id }) => id)).toEqual([1, 2]);
    expect(messages[1]?.result).toMatchObject({ structuredContent: { ok: true } });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("note:") as string });
  });

  it.each(["SIGINT", "SIGTERM"] as const)("is clean after %s", async (signal) => {
    const server = start();
    await server.until("Serving MCP");
    server.child.kill(signal);
    expect(await server.ended).toMatchObject({ code: 0, stdout: "" });
  });

  it("comes at once, with exit code 5, without a database", async () => {
    const words = ["mcp", "--uri", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"];
    const { code, stdout } = await startBin(words, { env: store.env, cwd: store.directory }).ended;
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
  });
});
