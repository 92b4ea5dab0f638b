import { Readable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { openOrderSource } from "../../../../src/order/load/open.js";
import { scratchDirectory } from "./source.js";

const count = 100_000;
const megabyte = 1024 * 1024;
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What is still needed, without what is only waiting to be collected. */
function liveBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function* chunksOf(orders: Iterable<string>, [open, separator, close]: readonly [string, string, string]) {
  let text = open;
  let first = true;
  for (const order of orders) {
    text += (first ? "" : separator) + order;
    first = false;
    if (text.length < 64 * 1024) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(text + close);
}

function* someOrders() {
  for (let at = 0; at < count; at += 1) {
    yield `{"order_id":"order ${at}","products":[{"product_id":"prod${at % 1000}","quantity":1}],"address":"${at} Main Street"}`;
  }
}

describe("memory", () => {
  const scratch = scratchDirectory();

  it.each([
    ["NDJSON", ["", "\n", "\n"]],
    ["an array", ["[", ",", "]"]],
    ["{ orders }", ['{"orders":[', ",\n", "]}"]],
  ] as const)("stays flat over 100,000 orders of %s", async (_, form) => {
    const stdin = Readable.from(chunksOf(someOrders(), form));
    const source = await openOrderSource(["-"], { stdin, skipInvalid: false, tempDir: scratch.path });
    const seen: number[] = [];
    let orders = 0;
    for await (const some of source.orders()) {
      orders += some.length;
      if (some.some(({ index }) => index % 49_000 === 1_000)) seen.push(liveBytes());
    }
    await source.close();
    expect([source.count, orders, seen.length]).toEqual([count, count, 3]);
    // Held whole, the orders between the first look and the last would weigh three times as much.
    expect((seen.at(-1) ?? Infinity) - (seen[0] ?? 0)).toBeLessThan(16 * megabyte);
  });
});
