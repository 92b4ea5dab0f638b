import { describe, expect, it } from "vitest";
import type { OrderDoc, OrderStatus } from "../../../src/db/collections.js";
import { type ClaimOptions, type Claims, createClaims, isFresh } from "../../../src/graph/claims.js";
import type { Leases } from "../../../src/order/leases.js";
import type { Clock } from "../../../src/shared/clock.js";
import type { OrderProgress } from "../../../src/tools/batch.js";

const leaseMs = 30_000;
const start = new Date("2025-01-06T10:00:00Z");

interface Stage {
  readonly claims: Claims;
  readonly docs: OrderDoc[];
  /** Ids by what `free` was asked to go on after. */
  readonly asked: unknown[];
  readonly unreadable: unknown[];
  /** Takes the ids of what is claimed next. */
  readonly next: (limit: number) => Promise<unknown[]>;
  readonly pass: (milliseconds: number) => void;
}

/** Claims over orders in memory, at a time that stands still. */
function stage(
  docs: OrderDoc[],
  { processing = [], ...options }: Partial<ClaimOptions> & { processing?: string[] } = {},
): Stage {
  let elapsedMs = 0;
  const clock: Clock = { now: () => new Date(start.getTime() + elapsedMs), elapsedMs: () => elapsedMs };
  const isFree = ({ lease, status }: OrderDoc): boolean => status === "pending" && (lease?.until ?? 0) < clock.now();
  const asked: unknown[] = [];
  const leases: Leases = {
    free({ after, limit }) {
      asked.push(after);
      const later = docs.filter((doc) => isFree(doc) && (after === undefined || Number(doc._id) > Number(after)));
      return Promise.resolve(later.slice(0, limit).map((doc) => ({ ...doc })));
    },
    take(wanted, { owner, durationMs }) {
      const ids = new Set(wanted.map(({ _id }) => _id));
      const mine = docs.filter((doc) => ids.has(doc._id) && isFree(doc));
      for (const doc of mine) doc.lease = { owner, until: new Date(clock.now().getTime() + durationMs) };
      return Promise.resolve(wanted.filter(({ _id }) => mine.some((doc) => doc._id === _id)));
    },
    renew: () => Promise.resolve(),
    release(ids, owner) {
      for (const doc of docs) if (ids.includes(doc._id) && doc.lease?.owner === owner) delete doc.lease;
      return Promise.resolve();
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- a store that has everything at hand
    async *pendingBeside(owner) {
      for (const doc of docs) if (doc.status === "pending" && doc.lease?.owner !== owner) yield doc._id;
    },
  };
  const runs = {
    processing: (ids: readonly string[]) => Promise.resolve(new Set(processing.filter((id) => ids.includes(id)))),
  };
  const unreadable: unknown[] = [];
  const claims = createClaims(
    { orders: { leases }, books: { runs }, clock },
    { owner: "me", leaseMs, runId: undefined, unreadable: ({ _id }) => unreadable.push(_id), ...options },
  );
  return {
    claims,
    docs,
    asked,
    unreadable,
    next: async (limit) => (await claims.next(limit)).map(({ _id }) => _id),
    pass: (milliseconds) => void (elapsedMs += milliseconds),
  };
}

function pendingOrder(_id: number, more: Partial<OrderDoc> = {}): OrderDoc {
  return { _id, products: [{ product_id: "a", quantity: 1 }], delivery_address: "x", status: "pending", ...more };
}

function orders(count: number, more?: Partial<OrderDoc>): OrderDoc[] {
  return Array.from({ length: count }, (_, index) => pendingOrder(index + 1, more));
}

function progressOf(orderId: number, status: OrderStatus): OrderProgress {
  return {
    handle: "#1",
    orderId,
    status,
    created: false,
    shipped: false,
    checked: undefined,
    stock: "open",
    shortage: undefined,
  };
}

const held = { owner: "other", until: new Date(start.getTime() + leaseMs) };

describe("next", () => {
  it("goes through the orders from the oldest on, each once", async () => {
    const { next, asked } = stage(orders(5));
    expect([await next(2), await next(2), await next(2), await next(2)]).toEqual([[1, 2], [3, 4], [5], []]);
    expect(asked).toEqual([undefined, 2, 4, undefined]);
  });

  it("passes over what others hold", async () => {
    const { next } = stage([...orders(3, { lease: held }), pendingOrder(4)]);
    expect([await next(2), await next(2)]).toEqual([[4], []]);
  });

  it("goes on to the next page where others were faster", async () => {
    const { claims, docs } = stage(orders(4));
    const slow = claims.next(2);
    for (const doc of docs.slice(0, 2)) doc.lease = held;
    expect((await slow).map(({ _id }) => _id)).toEqual([3, 4]);
  });

  it("comes back to older orders behind the last page", async () => {
    const { next, docs } = stage(orders(3));
    await next(2);
    docs.unshift(pendingOrder(0));
    expect([await next(2), await next(2)]).toEqual([[3], [0]]);
  });

  it("starts from the oldest after the time of a lease, whatever comes in, and takes what has run out", async () => {
    const { next, pass, docs } = stage([pendingOrder(1, { lease: held }), ...orders(9).slice(1)]);
    expect(await next(2)).toEqual([2, 3]);
    pass(leaseMs - 1);
    expect(await next(2)).toEqual([4, 5]);
    pass(2);
    expect(await next(2)).toEqual([1]);
    expect(docs[0]?.lease?.owner).toBe("me");
  });

  it("does not take up again what it holds, even if its lease ran out", async () => {
    const { next, pass } = stage(orders(2));
    expect(await next(2)).toEqual([1, 2]);
    pass(2 * leaseMs);
    expect(await next(2)).toEqual([]);
  });

  it("tells once of orders without whole units and leaves them alone", async () => {
    const broken = pendingOrder(1, { products: [{ product_id: "a", quantity: 0.5 }] });
    const { next, unreadable, docs, claims } = stage([broken, pendingOrder(2)]);
    expect([await next(2), await next(2)]).toEqual([[2], []]);
    expect(unreadable).toEqual([1]);
    expect(docs[0]?.lease).toBeUndefined();
    expect(await claims.anyLeft()).toBe(false);
  });

  it("leaves to a running process what that has just recorded, for the time of one lease", async () => {
    const theirs = pendingOrder(1, { run_id: "p", created_at: start });
    const { next, pass, claims } = stage([theirs, pendingOrder(2, { run_id: "s", created_at: start })], {
      processing: ["p"],
    });
    expect([await next(5), await next(5)]).toEqual([[2], []]);
    expect(await claims.anyLeft()).toBe(true);
    pass(leaseMs);
    expect(await next(5)).toEqual([1]);
  });

  it("takes at once what a run was asked for by name", async () => {
    const { next } = stage([pendingOrder(1, { run_id: "p", created_at: start })], { processing: ["p"], runId: "p" });
    expect(await next(5)).toEqual([1]);
  });
});

describe("settled", () => {
  it("holds done orders no more, and leaves to others what is pending still", async () => {
    const { next, claims, docs } = stage(orders(2));
    await next(2);
    docs[0]!.status = "in_transit";
    await claims.settled([progressOf(1, "in_transit"), progressOf(2, "pending")]);
    expect(docs[1]?.lease).toBeUndefined();
    expect(await next(2)).toEqual([]);
    expect(await claims.anyLeft()).toBe(false);
  });
});

describe("anyLeft", () => {
  it("counts what others hold, not what this run does", async () => {
    const { next, claims, docs } = stage(orders(2));
    await next(1);
    docs[1]!.lease = held;
    expect(await claims.anyLeft()).toBe(true);
    docs[1]!.status = "cancelled";
    expect(await claims.anyLeft()).toBe(false);
  });
});

describe("close", () => {
  it("gives back what is held", async () => {
    const { next, claims, docs } = stage(orders(3));
    await next(2);
    await claims.close();
    expect(docs.map(({ lease }) => lease)).toEqual([undefined, undefined, undefined]);
  });
});

describe("isFresh", () => {
  it.each([
    [0, true],
    [-29_999, true],
    [-30_000, false],
    [29_999, true],
    [60_000, false],
  ])("an order recorded %d ms from now: %s", (offsetMs, fresh) => {
    expect(isFresh({ created_at: new Date(start.getTime() + offsetMs) }, start, leaseMs)).toBe(fresh);
  });

  it("is false without a date", () => {
    expect(isFresh({}, start, leaseMs)).toBe(false);
  });
});
