import fc from "fast-check";
import { expect, it } from "vitest";
import { openCliStore } from "../support/cli-store.js";
import { openMcp } from "../support/mcp.js";

/** 50 in the suite; `MCP_CALLS=1000 npx vitest run test/cli/mcp-random.test.ts` by hand. */
const calls = Number(process.env["MCP_CALLS"] ?? 50);

const junk = fc.oneof(fc.anything({ withNullPrototype: false }), fc.string(), fc.constant({ $gt: "" }));
const mostly = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: junk });

const keys = Array.from({ length: 40 }, (_, index) => `key${index}`);
const key = mostly(fc.constantFrom(...keys));
const productId = mostly(fc.constantFrom("prod1", "prod2", "prod3", "none"));
const line = fc.record({ product_id: productId, quantity: mostly(fc.integer({ min: 1, max: 4 })) });
const reason = mostly(fc.constantFrom("insufficient_stock", "unknown_product", "changed my mind"));

/** Orders are named by their keys, which the tools take as ids. */
const argsOf = {
  create_order: fc.record({
    products: mostly(fc.array(line, { minLength: 1, maxLength: 3 })),
    address: mostly(fc.constantFrom("1 Way", "2 Way")),
    idempotency_key: key,
  }),
  update_stock: fc.record({ order_id: key, idempotency_key: key }, { requiredKeys: ["order_id"] }),
  update_delivery_status: fc.record({ order_id: key, status: mostly(fc.constantFrom("in_transit", "delivered")) }),
  cancel_order: fc.record({ order_id: key, reason }),
  check_stock: fc.record({ product_id: productId }),
  get_order: fc.record({ order_id: key }),
  list_orders: fc.record({ status: mostly(fc.constant("pending")), limit: mostly(fc.integer()) }, { requiredKeys: [] }),
  list_products: fc.record({ limit: mostly(fc.nat()) }, { requiredKeys: [] }),
} as const;

const someCall = fc.oneof(
  ...Object.entries(argsOf).map(([name, args]) => ({
    weight: name.startsWith("list") || name.startsWith("get") || name.startsWith("check") ? 1 : 4,
    arbitrary: fc.record({ name: fc.constant(name), args: args as fc.Arbitrary<Record<string, unknown>> }),
  })),
);

/** Batches of calls; those of one batch do not wait for each other. */
const script = fc.array(fc.array(someCall, { minLength: 5, maxLength: 5 }), {
  minLength: Math.ceil(calls / 5),
  maxLength: Math.ceil(calls / 5),
  size: "max",
});

interface Level {
  readonly quantity: number;
}

it(`leaves the audit clean after ${calls} random calls`, { timeout: 30_000 + calls * 100 }, async () => {
  const store = await openCliStore();
  await store.json("seed");
  const mcp = await openMcp(store, "--allow-writes");
  try {
    const outcomes = new Map<string, number>();
    for (const batch of fc.sample(script, 1)[0] ?? []) {
      const answers = await Promise.all(batch.map(({ name, args }) => mcp.call(name, args)));
      for (const { error } of answers)
        outcomes.set(error?.code ?? "done", (outcomes.get(error?.code ?? "done") ?? 0) + 1);
    }
    expect(Object.fromEntries(outcomes)).not.toHaveProperty("bug");
    expect(outcomes.get("done")).toBeGreaterThan(calls / 20);
    expect((await mcp.call("audit")).data).toMatchObject({ ok: true });
    expect(mcp.stderr()).not.toContain("Error");
    const { products } = (await mcp.call("list_products")).data as { readonly products: readonly Level[] };
    expect(products.every(({ quantity }) => quantity >= 0)).toBe(true);
  } finally {
    await mcp.close();
    await store.close();
  }
});
