import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { OrderDoc, OrderId } from "../../../src/db/collections.js";
import { keepLeases } from "../../../src/graph/lease-keeper.js";
import type { Leases } from "../../../src/order/leases.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const lease = { owner: "me", durationMs: 30_000 };

/** Leases that grant everything and remember what was asked of them. */
function recorded(fails = false) {
  const renewed: OrderId[][] = [];
  const released: OrderId[][] = [];
  const answer = (): Promise<void> => (fails ? Promise.reject(new Error("gone")) : Promise.resolve());
  const leases: Leases = {
    free: () => Promise.resolve([]),
    take: (docs) => Promise.resolve(docs),
    renew: (ids) => (renewed.push([...ids]), answer()),
    release: (ids) => (released.push([...ids]), answer()),
    pendingBeside: () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
    }),
  };
  return { leases, renewed, released };
}

const docs = [1, 2].map((_id): OrderDoc => ({ _id, products: [], delivery_address: "x", status: "pending" }));

describe("keepLeases", () => {
  it("renews what it holds three times within a lease, for as long as it holds it", async () => {
    const { leases, renewed } = recorded();
    const keeper = keepLeases(leases, lease);
    await keeper.take(docs);
    await vi.advanceTimersByTimeAsync(20_000);
    await keeper.drop([1], []);
    await vi.advanceTimersByTimeAsync(10_000);
    await keeper.drop([2], []);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(renewed).toEqual([[1, 2], [1, 2], [2]]);
    await keeper.close();
  });

  it("releases what it drops undone, and at the end what it still holds", async () => {
    const { leases, renewed, released } = recorded();
    const keeper = keepLeases(leases, lease);
    await keeper.take(docs);
    await keeper.drop([], [1]);
    expect([keeper.holds(1), keeper.holds(2)]).toEqual([false, true]);
    await keeper.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect({ released, renewed }).toEqual({ released: [[1], [2]], renewed: [] });
  });

  it("outlives a database that does not answer", async () => {
    const { leases, renewed } = recorded(true);
    const keeper = keepLeases(leases, lease);
    await keeper.take(docs);
    await vi.advanceTimersByTimeAsync(20_000);
    await keeper.close();
    expect(renewed).toHaveLength(2);
  });
});
