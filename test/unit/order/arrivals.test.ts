import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Collections } from "../../../src/db/collections.js";
import { watchArrivals } from "../../../src/order/arrivals.js";

/** A collection whose change streams answer so; the n-th `watch` is the n-th stream. */
function streaming(tryNext: () => Promise<unknown>) {
  const streams: { closed: boolean }[] = [];
  const watch = () => {
    const stream = { closed: false };
    streams.push(stream);
    return { tryNext, close: () => Promise.resolve(void (stream.closed = true)) };
  };
  return { collections: { orders: { watch } } as unknown as Pick<Collections, "orders">, streams };
}

const never = new AbortController().signal;

describe("watchArrivals", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("listens to one change stream until orders are found", async () => {
    const { collections, streams } = streaming(() => Promise.resolve({ _id: "token" }));
    const arrivals = watchArrivals(collections);
    await arrivals.next(never);
    await arrivals.next(never);
    await arrivals.rest();
    expect(streams).toEqual([{ closed: true }]);
    await arrivals.next(never);
    expect(streams).toHaveLength(2);
  });

  it("polls with back-off where there are no change streams, and tries them only once", async () => {
    const { collections, streams } = streaming(() => Promise.reject(new Error("Unrecognized pipeline stage name")));
    const arrivals = watchArrivals(collections);
    const start = Date.now();
    const waited: number[] = [];
    const waitOnce = async (): Promise<void> => {
      const next = arrivals.next(never);
      await vi.advanceTimersToNextTimerAsync();
      await next;
      waited.push(Date.now() - start);
    };
    await waitOnce();
    await waitOnce();
    await arrivals.rest();
    await waitOnce();
    expect(waited).toEqual([250, 750, 1000]);
    expect(streams).toEqual([{ closed: true }]);
  });

  it("listens to nothing while it only polls", async () => {
    const { collections, streams } = streaming(() => Promise.resolve(null));
    const polling = watchArrivals(collections).poll(never);
    await vi.advanceTimersByTimeAsync(250);
    await polling;
    expect(streams).toEqual([]);
  });

  it("ends a wait when it is told to stop", async () => {
    const { collections } = streaming(() => Promise.reject(new Error("not supported")));
    const stop = new AbortController();
    const waiting = watchArrivals(collections).next(stop.signal);
    stop.abort();
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("closes the stream that it listens to when it is told to stop", async () => {
    let end = (): void => undefined;
    const { collections, streams } = streaming(
      () => new Promise((_, reject) => void (end = () => reject(new Error("closed")))),
    );
    const stop = new AbortController();
    const waiting = watchArrivals(collections).next(stop.signal);
    stop.abort();
    expect(streams).toEqual([{ closed: true }]);
    end();
    await waiting;
  });
});
