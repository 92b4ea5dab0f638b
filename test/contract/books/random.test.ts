import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OrderDoc } from "../../../src/db/collections.js";
import { actor, allocate, auditOf, type Line, openShop, place, type Shop, stockOf } from "../../support/shop.js";

type Action =
  | { readonly kind: "place"; readonly lines: Line[] }
  | { readonly kind: "allocate" | "ship" | "deliver" | "cancel"; readonly orders: number[] }
  | { readonly kind: "receive" | "adjust"; readonly product: string; readonly units: number };

const product = fc.constantFrom("p", "q", "ghost");
const orders = fc.array(fc.nat(7), { minLength: 1, maxLength: 4 });
const lines = fc.uniqueArray(fc.tuple(product, fc.integer({ min: 1, max: 4 })), {
  minLength: 1,
  maxLength: 3,
  selector: ([productId]) => productId,
});
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("place" as const), lines }),
  fc.record({ kind: fc.constantFrom("allocate", "ship", "deliver", "cancel"), orders }),
  fc.record({ kind: fc.constantFrom("receive", "adjust"), product, units: fc.integer({ min: -4, max: 4 }) }),
);

/** Refusals that a person would see are part of the game; anything else fails the test. */
async function unlessRefused(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    expect(error).toMatchObject({ code: expect.stringMatching(/usage|not_found|insufficient_stock/) as string });
  });
}

async function act(placed: OrderDoc[], step: Action): Promise<void> {
  if (step.kind === "place") {
    placed.push(...(await place(shop, step.lines)));
    return;
  }
  if ("product" in step) {
    const { inventory } = shop;
    const { product, units } = step;
    const change =
      step.kind === "receive"
        ? inventory.receive(product, units, actor)
        : inventory.adjust(product, units, "count", actor);
    return unlessRefused(change);
  }
  const some = step.orders.flatMap((index) => placed[index] ?? []);
  const ids = some.map(({ _id }) => _id);
  if (step.kind === "allocate") await allocate(shop, ...some);
  if (step.kind === "ship") await shop.books.ship(ids, { actor });
  if (step.kind === "deliver") await shop.deliveries.move(ids, "delivered", actor);
  if (step.kind === "cancel")
    await shop.books.cancel(
      ids.map((order_id) => ({ order_id, reason: "x" })),
      { actor },
    );
}

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

/** Each game begins anew on the same database, which is quicker than a new one. */
async function playOn(play: () => Promise<void>): Promise<void> {
  await shop.inventory.reset();
  await shop.inventory.seedProducts([{ _id: "p", name: "P", price: 0.1, quantity: 5 }], actor);
  await shop.database.collections.products.insertOne({ _id: "q", name: "Q", price: 2, quantity: 4 });
  await play();
  expect(await auditOf(shop)).toEqual({});
  for (const quantity of Object.values(await stockOf(shop))) expect(quantity).toBeGreaterThanOrEqual(0);
}

describe("the books", () => {
  it("hold after any sequence of actions", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 20 }), (steps) =>
        playOn(async () => {
          const placed: OrderDoc[] = [];
          for (const step of steps) await act(placed, step);
        }),
      ),
      { numRuns: 10 },
    );
  });

  it("hold after any actions at the same time", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(lines, { minLength: 1, maxLength: 8 }),
        fc.array(action, { maxLength: 16 }),
        (lists, steps) =>
          playOn(async () => {
            const placed = await place(shop, ...lists);
            await Promise.all(steps.map((step) => act([...placed], step)));
          }),
      ),
      { numRuns: 10 },
    );
  });
});
