import fc from "fast-check";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { WarehouseError } from "../../../../src/shared/errors.js";
import { good, load, refusalOf } from "./source.js";

/** Bytes as stdin gives them: in chunks cut anywhere, also inside a character. */
function stdinOf(bytes: Buffer, cuts: readonly number[] = []): Readable {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((left, right) => left - right);
  return Readable.from(
    ends.map((end, at) => bytes.subarray(at === 0 ? 0 : ends[at - 1], end)).filter(({ length }) => length > 0),
  );
}

const read = (bytes: Buffer | string, cuts?: readonly number[]) =>
  load(["-"], { stdin: stdinOf(Buffer.from(bytes), cuts) });

const text = (maxLength: number) =>
  fc
    .string({ unit: "binary", minLength: 1, maxLength })
    .filter((value) => /\S/u.test(value) && !/\p{Surrogate}/u.test(value));
const anOrder = fc.record(
  {
    products: fc.uniqueArray(fc.record({ product_id: text(20), quantity: fc.integer({ min: 1, max: 1_000_000 }) }), {
      minLength: 1,
      maxLength: 12,
      selector: ({ product_id }) => product_id,
    }),
    address: text(40),
    order_id: text(20),
  },
  { requiredKeys: ["products", "address"] },
);
const someOrders = fc.uniqueArray(anOrder, { maxLength: 8, selector: ({ order_id }) => order_id ?? Symbol("none") });
const cuts = fc.array(fc.nat(), { maxLength: 12 });

const forms: readonly [string, (orders: readonly unknown[]) => string][] = [
  ["an array", (orders) => JSON.stringify(orders)],
  ["an indented array", (orders) => JSON.stringify(orders, null, 2)],
  ["{ orders }", (orders) => JSON.stringify({ orders })],
  ["an indented { orders }", (orders) => JSON.stringify({ orders }, null, "\t")],
  ["NDJSON", (orders) => orders.map((order) => JSON.stringify(order)).join("\n")],
  ["NDJSON with CR LF", (orders) => orders.map((order) => `${JSON.stringify(order)}\r\n`).join("")],
];

describe("any valid orders", () => {
  it.each(forms)("come back from %s as they were, however the bytes arrive", async (_, write) => {
    await fc.assert(
      fc.asyncProperty(someOrders, cuts, async (orders, at) => {
        const loaded = await read(write(orders), at);
        expect(loaded.count).toBe(orders.length);
        const back = loaded.orders.map(({ lines, address, order_id }) => ({ products: lines, address, order_id }));
        expect(back).toEqual(orders.map((order) => ({ order_id: undefined, ...order })));
      }),
      { numRuns: 60 },
    );
  });
});

describe("any bytes", () => {
  const fragments = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    "\n",
    "orders",
    '"orders":[',
    good,
    "1",
    " ",
    "é",
    "\u0000",
  );
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.array(fragments, { maxLength: 30 }).map((parts) => Buffer.from(parts.join(""))),
    fc.json().map((json) => Buffer.from(json)),
    fc.tuple(fc.constantFrom(...forms), fc.nat(), fc.uint8Array({ maxLength: 3 })).map(([[, write], at, bytes]) => {
      const whole = Buffer.from(write([JSON.parse(good), JSON.parse(good)]));
      const cut = at % whole.length;
      return Buffer.concat([whole.subarray(0, cut), bytes, whole.subarray(cut + bytes.length)]);
    }),
  );

  it("are orders or a refusal with a place inside the text", async () => {
    await fc.assert(
      fc.asyncProperty(noise, cuts, async (bytes, at) => {
        const outcome = await read(bytes, at).catch((error: unknown) => error);
        if (!(outcome instanceof WarehouseError)) {
          expect(outcome).toHaveProperty("count");
          return;
        }
        expect(outcome.code).toBe("invalid_input");
        const lines = bytes.toString("latin1").split("\n");
        for (const { line, column } of outcome.details["errors"] as { line: number; column: number }[]) {
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are good with skipInvalid exactly where they are good without the rest", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 2, maxLength: 20 }), async (kinds) => {
        const content = kinds.map((isGood) => (isGood ? good : "{}")).join("\n");
        const { orders, invalidCount } = await load(["-"], { stdin: stdinOf(Buffer.from(content)), skipInvalid: true });
        expect(orders.map(({ index }) => index)).toEqual(kinds.flatMap((isGood, index) => (isGood ? [index] : [])));
        expect(invalidCount).toBe(kinds.filter((isGood) => !isGood).length);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the line of an error", () => {
  it.each(forms)("is that of the bad value in %s", async (_, write) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 30 }), fc.nat(), text(20), cuts, async (count, where, address, at) => {
        const bad = where % count;
        const orders = Array.from({ length: count }, (_order, index) => ({
          address,
          products: [{ product_id: "p", quantity: index === bad ? "BAD" : 1 }],
        }));
        const content = write(orders);
        const before = content.slice(0, content.indexOf('"BAD"'));
        const line = before.split("\n").length;
        const column = Array.from(before.slice(before.lastIndexOf("\n") + 1)).length + 1;
        const [error] = await refusalOf(["-"], { stdin: stdinOf(Buffer.from(content), at) });
        expect(error?.split(" ").slice(0, 2)).toEqual([`${line}:${column}`, `orders[${bad}].products[0].quantity`]);
      }),
      { numRuns: 60 },
    );
  });
});
