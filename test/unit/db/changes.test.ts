import { MongoServerError, Timestamp } from "mongodb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchChanges } from "../../../src/db/changes.js";
import type { Database } from "../../../src/db/database.js";

type Watched = Pick<Database, "db" | "collections">;

/** A database whose streams answer so; `opened` has what each was to start at. */
function streaming(tryNext: (stream: number) => Promise<unknown>) {
  const opened: unknown[] = [];
  let closed = 0;
  const watch = (_: unknown, { startAtOperationTime }: { startAtOperationTime?: Timestamp }) => {
    const stream = opened.push(startAtOperationTime) - 1;
    return { tryNext: () => tryNext(stream), close: () => Promise.resolve(void (closed += 1)) };
  };
  const operationTime = new Timestamp({ t: 7, i: 1 });
  const database = { db: { command: () => Promise.resolve({ operationTime }) }, collections: { orders: { watch } } };
  return { database: database as unknown as Watched, opened, closed: () => closed };
}

const never = new AbortController().signal;

describe("watchChanges", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("listens from the mark on, and closes its stream with the first event", async () => {
    const events = [null, null, { _id: "token" }];
    const { database, opened, closed } = streaming(() => Promise.resolve(events.shift()));
    const changes = watchChanges(database, ["orders"]);
    await changes.mark();
    await changes.next(never);
    expect(opened).toEqual([new Timestamp({ t: 7, i: 2 })]);
    expect({ closed: closed(), left: events, announced: changes.announced }).toEqual({
      closed: 1,
      left: [],
      announced: true,
    });
  });

  it("says to look at once where the log begins only after the mark", async () => {
    const lost = new MongoServerError({ code: 286, codeName: "ChangeStreamHistoryLost" });
    const { database, opened } = streaming((stream) => (stream === 0 ? Promise.reject(lost) : Promise.resolve(null)));
    const changes = watchChanges(database, ["orders"]);
    await changes.mark();
    await changes.next(never);
    expect(opened).toEqual([new Timestamp({ t: 7, i: 2 }), undefined]);
    expect(changes.announced).toBe(true);
  });

  it("polls with back-off where there are no streams, sooner again once something moved", async () => {
    const { database, opened } = streaming(() => Promise.reject(new Error("not supported")));
    const changes = watchChanges(database, ["orders"]);
    const start = Date.now();
    const waited: number[] = [];
    for (const moved of [false, false, true]) {
      if (moved) changes.moved();
      const next = changes.next(never);
      await vi.advanceTimersToNextTimerAsync();
      await next;
      waited.push(Date.now() - start);
    }
    expect(waited).toEqual([250, 750, 1000]);
    expect({ opened: opened.length, announced: changes.announced }).toEqual({ opened: 1, announced: false });
  });

  it("ends a wait when it is told to stop", async () => {
    const stop = new AbortController();
    let end = (): void => undefined;
    const { database, closed } = streaming(
      () => new Promise((_, reject) => void (end = () => reject(new Error("closed")))),
    );
    const waiting = watchChanges(database, ["orders"]).next(stop.signal);
    stop.abort();
    expect(closed()).toBe(1);
    end();
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  });
});
