import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ahead, chunked, collect, workThrough } from "../../../src/graph/streams.js";

async function* numbers(count: number, made: number[] = []): AsyncGenerator<number> {
  for (let number = 1; number <= count; number += 1) {
    await sleep(0);
    made.push(number);
    yield number;
  }
}

async function* failing(after: number, error: Error): AsyncGenerator<number> {
  yield* numbers(after);
  throw error;
}

// eslint-disable-next-line @typescript-eslint/require-await -- a source that has everything at hand
async function* inGroups(...groups: readonly (readonly number[])[]): AsyncGenerator<readonly number[]> {
  yield* groups;
}

const never = new AbortController().signal;

describe("chunked", () => {
  it("groups in order, the rest last", async () => {
    const groups = () => inGroups([1, 2, 3], [], [4, 5, 6, 7, 8], [9], [10]);
    expect(await collect(chunked(groups(), 3))).toEqual([[1, 2, 3], [4, 5, 6], [7, 8, 9], [10]]);
    expect(await collect(chunked(groups(), 20))).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);
  });

  it("gives nothing of nothing", async () => {
    expect(await collect(chunked(inGroups([]), 2))).toEqual([]);
  });
});

describe("ahead", () => {
  it("makes the next item while one is worked on, never more", async () => {
    const made: number[] = [];
    for await (const item of ahead(numbers(4, made))) {
      await sleep(10);
      expect(made).toHaveLength(Math.min(item + 1, 4));
    }
  });

  it("lets an error come in its turn, behind the items before it", async () => {
    const error = new Error("broken");
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of ahead(failing(2, error))) {
        seen.push(item);
        await sleep(10);
      }
    })();
    await expect(reading).rejects.toBe(error);
    expect(seen).toEqual([1, 2]);
  });

  it("closes its source when the reader leaves", async () => {
    let closed = false;
    const source = (async function* () {
      try {
        yield* numbers(10);
      } finally {
        closed = true;
      }
    })();
    for await (const item of ahead(source)) if (item === 2) break;
    expect(closed).toBe(true);
  });
});

describe("workThrough", () => {
  it("works on as many at a time as it may, and tells that it came to the end", async () => {
    let now = 0;
    let most = 0;
    const complete = await workThrough(numbers(9), { concurrency: 3, signal: never }, async () => {
      now += 1;
      most = Math.max(most, now);
      await sleep(5);
      now -= 1;
    });
    expect({ complete, most, now }).toEqual({ complete: true, most: 3, now: 0 });
  });

  it("ends what is in flight and begins nothing else when it is aborted", async () => {
    const stop = new AbortController();
    const done: number[] = [];
    const complete = await workThrough(numbers(9), { concurrency: 2, signal: stop.signal }, async (item) => {
      if (item === 2) stop.abort();
      await sleep(5);
      done.push(item);
    });
    expect({ complete, done }).toEqual({ complete: false, done: [1, 2] });
  });

  it("throws what failed first, once the others have ended", async () => {
    const first = new Error("first");
    const ended: number[] = [];
    const working = workThrough(numbers(9), { concurrency: 3, signal: never }, async (item) => {
      if (item === 2) throw first;
      await sleep(10);
      ended.push(item);
    });
    await expect(working).rejects.toBe(first);
    expect(ended).toEqual([1, 3]);
  });

  it("throws what the source failed with", async () => {
    const error = new Error("unreadable");
    await expect(workThrough(failing(1, error), { concurrency: 1, signal: never }, () => sleep(1))).rejects.toBe(error);
  });
});
