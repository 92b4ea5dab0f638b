import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { openOrderSource } from "../../../../src/order/load/open.js";
import { contentHash } from "../../../../src/order/model.js";
import type { WarehouseError } from "../../../../src/shared/errors.js";
import { good, load, refusalOf, scratchDirectory } from "./source.js";

const scratch = scratchDirectory();
let files = 0;
const write = (content: string | Buffer, extension = "json") => scratch.write(`${(files += 1)}.${extension}`, content);
const withId = (id: string, quantity = 1) =>
  `{"order_id":"${id}","products":[{"product_id":"prod1","quantity":${quantity}}],"address":"a"}`;

describe("the forms of an order file", () => {
  it.each([
    ["an array", `[${good},${good}]`, 2],
    ["an array over many lines", JSON.stringify([JSON.parse(good), JSON.parse(good)], null, 2), 2],
    ["an empty array", "[]", 0],
    ["an empty array with white space", " [ \r\n ] \n", 0],
    ["one order", good, 1],
    ["one order over many lines", JSON.stringify(JSON.parse(good), null, 2), 1],
    ["{ orders }", `{"orders":[${good},${good}]}`, 2],
    ["{ orders } over many lines", JSON.stringify({ orders: [JSON.parse(good)] }, null, 2), 1],
    ["{ orders } with orders spelled in escapes", `{"\\u006frders":[${good}]}`, 1],
    ["{ orders: [] }", `{"orders":[]}`, 0],
    ["{ orders } with other fields around it", `{"a":[{"orders":[1]}],"orders":[${good}],"b":{"orders":[2]}}`, 1],
    ["{ orders } whose first order has a line of its own", `{"orders":[\n${good}\n]}`, 1],
    ["NDJSON", `${good}\n${good}\n`, 2],
    ["NDJSON without a last line feed", `${good}\n${good}`, 2],
    ["NDJSON with CR LF and blank lines", `\r\n${good}\r\n\r\n${good}\r\n  \r\n`, 2],
    ["a byte order mark and an array", `\ufeff[${good}]`, 1],
    ["a byte order mark and NDJSON", `\ufeff${good}\n${good}`, 2],
  ])("reads %s", async (_, content, count) => {
    const loaded = await load([write(content)]);
    expect(loaded.count).toBe(count);
    expect(loaded.orders.map(({ index }) => index)).toEqual(Array.from({ length: count }, (_index, at) => at));
    for (const { lines, address } of loaded.orders) {
      expect([lines, address]).toEqual([[{ product_id: "prod1", quantity: 2 }], "123 Main St"]);
    }
  });

  it.each(["ndjson", "jsonl", "JSONL"])("takes an empty .%s for no orders", async (extension) => {
    expect((await load([write("", extension)])).count).toBe(0);
    expect((await load([write(" \n\n", extension)])).count).toBe(0);
  });

  it("goes by the content, not by the name", async () => {
    expect((await load([write(`[${good}]`, "ndjson"), write(`${good}\n${good}`, "json")])).count).toBe(3);
  });

  it("reads an array of one long line named .ndjson", async () => {
    const orders = Array.from({ length: 12_000 }, (_, at) => withId(`order ${at} ${"x".repeat(60)}`));
    expect((await load([write(`[${orders.join()}]`, "ndjson")])).count).toBe(12_000);
  });

  it("reads a first order longer than the look at the format", async () => {
    const products = Array.from({ length: 10_000 }, (_, at) => ({
      product_id: `${"p".repeat(150)}${at}`,
      quantity: 1,
    }));
    const [first, second] = (await load([write(`${JSON.stringify({ products, address: "a" })}\n${good}\n`, "ndjson")]))
      .orders;
    expect([first?.lines.length, second?.lines.length]).toEqual([10_000, 1]);
  });
});

describe("stdin", () => {
  it("is copied, and nothing of it is left in the temporary directory", async () => {
    const tempDir = mkdtempSync(join(scratch.path, "spool-"));
    const stdin = Readable.from([Buffer.from(`${good}\n`), Buffer.from(good)]);
    const loaded = await load(["-"], { stdin, tempDir });
    expect([loaded.count, loaded.orders.length, loaded.names]).toEqual([2, 2, ["stdin"]]);
    expect(readdirSync(tempDir)).toEqual([]);
  });

  it("leaves nothing behind when it is refused", async () => {
    const tempDir = mkdtempSync(join(scratch.path, "spool-"));
    expect(await refusalOf(["-"], { stdin: Readable.from([Buffer.from("{")]), tempDir })).toHaveLength(1);
    expect(readdirSync(tempDir)).toEqual([]);
  });

  it("is no order when it is empty", async () => {
    expect((await load(["-"])).count).toBe(0);
  });

  it("stands once in a command", async () => {
    await expect(load(["-", "-"])).rejects.toMatchObject({ code: "usage" });
  });
});

describe("keys and repeated orders", () => {
  it("is the order_id, else the source's SHA-256 and the index", async () => {
    const content = `[${good},${withId("A-1")},${good}]`;
    const sha256 = createHash("sha256").update(content).digest("hex");
    const { orders } = await load([write(content)]);
    expect(orders.map(({ key, order_id }) => [key, order_id])).toEqual([
      [`${sha256}:0`, undefined],
      ["A-1", "A-1"],
      [`${sha256}:2`, undefined],
    ]);
  });

  it("numbers orders over all sources and keeps the index of each source in the key", async () => {
    const { orders } = await load([write(`[${good},${good}]`), write(`${good}\n${good}\n\n`)]);
    expect(orders.map(({ index, key }) => [index, key.split(":")[1]])).toEqual([
      [0, "0"],
      [1, "1"],
      [2, "0"],
      [3, "1"],
    ]);
  });

  it("counts an order_id with the same content once, whatever the order and split of its lines", async () => {
    const one = `{"order_id":"A","products":[{"product_id":"x","quantity":3},{"product_id":"y","quantity":1}],"address":"a"}`;
    const two = `{"address":"a","products":[{"product_id":"y","quantity":1},{"product_id":"x","quantity":1},{"product_id":"x","quantity":2}],"order_id":"A"}`;
    const { orders, count, notes } = await load([write(`[${one},${good}]`), write(`[${two}]`)]);
    expect([count, orders.map(({ index }) => index)]).toEqual([2, [0, 1]]);
    expect(notes).toEqual(["1 order repeats an earlier one with the same content and counts once"]);
  });

  it("refuses an order_id with other content and names both places", async () => {
    const first = write(`[${good},${withId("A", 1)}]`);
    const second = write(`${withId("B")}\n${withId("A", 2)}\n`);
    expect(await refusalOf([first, second])).toEqual([
      `2:1 orders[1].order_id The order_id is also that of orders[1] in ${first}, with other content`,
    ]);
  });

  it("leaves the contradicting order out with skipInvalid", async () => {
    const { orders, invalidCount } = await load(
      [write(`[${withId("A", 1)},${withId("A", 2)},${withId("A", 1)},${good}]`)],
      {
        skipInvalid: true,
      },
    );
    expect([orders.map(({ index }) => index), invalidCount]).toEqual([[0, 3], 1]);
  });

  it("counts the same bytes under two names once", async () => {
    const { count, orders } = await load([write(`[${good}]`), write(`[${good}]`), write(` [${good}]`)]);
    expect([count, orders.map(({ index }) => index)]).toEqual([2, [0, 2]]);
  });

  it("gives the content hash that the books use", async () => {
    const [order] = (await load([write(good)])).orders;
    expect(order?.content_hash).toBe(contentHash([{ product_id: "prod1", quantity: 2 }], "123 Main St"));
  });
});

describe("content", () => {
  it("sums repeated products at their first place", async () => {
    const products = ["a", "b", "a", "c", "b", "a"].map((product_id, at) => ({ product_id, quantity: at + 1 }));
    const [order] = (await load([write(JSON.stringify({ products, address: "x" }))])).orders;
    expect(order?.lines).toEqual([
      { product_id: "a", quantity: 10 },
      { product_id: "b", quantity: 7 },
      { product_id: "c", quantity: 4 },
    ]);
  });

  it("names unknown fields in one note", async () => {
    const order = `{"note":1,"products":[{"product_id":"p","quantity":1,"colour":{"a":[{"b":1}]}}],"address":"a","__proto__":{"address":"evil"},"constructor":2,"tab\\t":3}`;
    const { notes, orders } = await load([write(`{"orders":[${order},${order}],"description":"x"}`)]);
    expect(notes).toEqual([
      'Ignored unknown fields: note, __proto__, constructor, ["tab\\t"], products[].colour, description',
    ]);
    expect(orders[0]?.address).toBe("a");
    expect({}).not.toHaveProperty("evil");
  });

  it("does not take an order's fields from __proto__", async () => {
    expect(await refusalOf([write(`{"__proto__":${good}}`)])).toHaveLength(2);
  });
});

describe("sources that cannot be read", () => {
  it.each([
    ["a missing file", () => join(scratch.path, "nowhere.json"), /^There is no file .*nowhere\.json$/],
    [
      "a directory",
      () => (mkdirSync(join(scratch.path, "folder.json")), join(scratch.path, "folder.json")),
      /is a directory/,
    ],
    ["a name with a NUL", () => "a\0b", /^Cannot read a\0b \(ERR_INVALID_ARG_VALUE\)$/],
    ["an empty name", () => "", /^There is no file $/],
  ])("says so of %s", async (_, path, message) => {
    await expect(load([path()])).rejects.toMatchObject({
      code: "unreadable_file",
      message: expect.stringMatching(message) as unknown,
    });
  });

  it("says so of a link that leads to itself", async () => {
    const path = join(scratch.path, "loop.json");
    symlinkSync(path, path);
    await expect(load([path])).rejects.toMatchObject({ message: `Cannot read ${path} (ELOOP)` });
  });

  it("names all of them at once", async () => {
    const error: unknown = await load(["/nowhere/1", write(good), "/nowhere/2"]).catch((reason: unknown) => reason);
    expect((error as WarehouseError).details["errors"]).toEqual([
      { file: "/nowhere/1", message: "There is no file /nowhere/1" },
      { file: "/nowhere/2", message: "There is no file /nowhere/2" },
    ]);
  });

  it("refuses a file that changed after the check", async () => {
    const path = write(`${good}\n`, "ndjson");
    const source = await openOrderSource([path], { stdin: Readable.from([]), skipInvalid: false });
    appendFileSync(path, `${good}\n`);
    const reading = source.orders()[Symbol.asyncIterator]().next();
    await expect(reading).rejects.toMatchObject({
      code: "unreadable_file",
      message: `${path} changed while it was read; run the command again`,
    });
    await source.close();
  });
});
