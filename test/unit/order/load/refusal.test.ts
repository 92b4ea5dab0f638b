import { describe, expect, it } from "vitest";
import type { WarehouseError } from "../../../../src/shared/errors.js";
import { good, load, refusalOf, scratchDirectory } from "./source.js";

const scratch = scratchDirectory();
let files = 0;
const write = (content: string | Buffer, extension = "json") => scratch.write(`${(files += 1)}.${extension}`, content);
const refuse = (content: string | Buffer, extension?: string) => refusalOf([write(content, extension)]);
const order = (line: string, rest = '"address":"a"') => `{"products":[${line}],${rest}}`;
const line = (quantity: string) => `{"product_id":"p","quantity":${quantity}}`;
const long = (count: number, text = "x") => text.repeat(count);

describe("quantity", () => {
  it.each(["1", "1000000", "2.0", "2e0", "0.1e1", "1E+3", "20e-1"])("may be %s", async (quantity) => {
    const { orders } = await load([write(order(line(quantity)))]);
    expect(orders[0]?.lines).toEqual([{ product_id: "p", quantity: Number(quantity) }]);
  });

  it.each([
    ["0", "0"],
    ["-0", "0"],
    ["-1", "-1"],
    ["2.5", "2.5"],
    ["1000001", "1000001"],
    ["1e400", "a number too large for any computer"],
    ['"2"', '"2"'],
    ["null", "null"],
    ["true", "true"],
    ["[2]", "an array of 1"],
    ['{"$gt":0}', "an object"],
  ])("may not be %s", async (quantity, got) => {
    expect(await refuse(order(line(quantity)))).toEqual([
      `1:43 orders[0].products[0].quantity Expected a whole number from 1 to 1,000,000, got ${got}`,
    ]);
  });

  it.each(["NaN", "Infinity", "+1", ".5", "1.", "01", "0x10", "1_000"])("is no JSON as %s", async (quantity) => {
    const [error] = await refuse(order(line(quantity)));
    expect(error).toMatch(/^1:4[34] orders\[0\] /);
  });
});

describe("texts", () => {
  const texts = [
    "a",
    " b ",
    "\u0000\u0001",
    "🙂🙃",
    "שלום",
    "\u202Eevil",
    "e\u0301",
    "\ufeff",
    "$gt",
    "__proto__",
    "\u{10ffff}",
  ];
  it.each(texts)("are kept to the byte: %j", async (text) => {
    const address = `${text}.`;
    const content = { products: [{ product_id: text, quantity: 1 }], address, order_id: text };
    const { orders } = await load([write(JSON.stringify(content))]);
    expect(orders[0]).toMatchObject({ lines: [{ product_id: text, quantity: 1 }], address, order_id: text, key: text });
  });

  it.each([
    [
      "product_id",
      256,
      (text: string) => order(`{"product_id":"${text}","quantity":1}`),
      "orders[0].products[0].product_id",
    ],
    ["order_id", 256, (text: string) => order(line("1"), `"address":"a","order_id":"${text}"`), "orders[0].order_id"],
    ["address", 10_000, (text: string) => order(line("1"), `"address":"${text}"`), "orders[0].address"],
  ])("of %s have 1 to %i characters", async (_, maximum, build, path) => {
    const limit = maximum.toLocaleString("en-US");
    const over = (maximum + 1).toLocaleString("en-US");
    expect((await load([write(build(long(maximum))), write(build(long(maximum, "🙂")))])).count).toBe(2);
    for (const text of [long(maximum + 1), long(maximum + 1, "🙂")]) {
      const [error] = await refuse(build(text));
      expect(error).toMatch(
        new RegExp(`Expected a text of 1 to ${limit} characters, got a text of ${over} characters$`),
      );
    }
    expect((await refuse(build("")))[0]).toContain(`${path} Expected a text of 1 to ${limit} characters, got ""`);
    expect((await refuse(build("\\ud83d")))[0]).toContain(`${path} Expected text that UTF-8 can carry`);
  });

  it.each([" ", "\\t\\n\\r", "\u00a0\u2003\u3000"])("of an address have something to see: not %j", async (address) => {
    expect(await refuse(order(line("1"), `"address":"${address}"`))).toEqual([
      "1:57 orders[0].address Expected a text of 1 to 10,000 characters, got only white space",
    ]);
  });

  it.each(["5", "null", "[]", '{"$gt":""}'])("are no %s", async (value) => {
    expect(
      await refuse(`{"products":[{"product_id":${value},"quantity":1}],"address":${value},"order_id":${value}}`),
    ).toHaveLength(3);
  });
});

describe("structure", () => {
  it.each([
    ["no order at all", "5", "1:1 Expected an order, an array of orders"],
    ["null", "null", "1:1 Expected an order, an array of orders"],
    ["CSV", "product,quantity\nprod1,2\n", "1:1 Expected an order, an array of orders"],
    ["an empty object", "{}", "1:1 orders[0].products Expected an array of 1 to 10,000 order lines, got nothing"],
    ["orders that are no array", '{"a":1,\n"orders":{}}', "2:10 orders Expected an array of orders, got an object"],
    ["orders twice", `{"orders":[],"orders":[]}`, '1:23 The key "orders" stands twice'],
    ["an order that is no object", `[${good},5]`, "1:77 orders[1] Expected an order { products, address }, got 5"],
    [
      "a line that is no object",
      order("5"),
      "1:14 orders[0].products[0] Expected an order line { product_id, quantity }, got 5",
    ],
    ["no lines", order(""), "1:13 orders[0].products Expected an array of 1 to 10,000 order lines, got an empty array"],
    ["a key twice", `{"address":"b",${order(line("1")).slice(1)}`, "1:61 orders[0].address The key stands twice"],
    [
      "a key twice in an unknown field",
      order(line("1"), '"address":"a","x":{"y":1,"y":2}'),
      "1:72 orders[0].x.y The key stands twice",
    ],
    ["a key twice around the orders", `{"a":1,"orders":[${good}],"a":2}`, "1:94 a The key stands twice"],
  ])("refuses %s", async (_, content, message) => {
    const [error] = await refuse(content);
    expect(error).toContain(message);
  });

  it("refuses 100,000 lines by one error", async () => {
    expect(await refuse(order(Array(100_000).fill(line("0")).join()))).toEqual([
      "1:13 orders[0].products Expected an array of 1 to 10,000 order lines, got an array of 100,000",
    ]);
  });

  it("refuses an address of 10 MB by one short error", async () => {
    expect(await refuse(order(line("1"), `"address":"${long(10_000_000)}"`))).toEqual([
      "1:57 orders[0].address Expected a text of 1 to 10,000 characters, got a text of 10,000,000 characters",
    ]);
  });

  it.each(["json", "ndjson"])("refuses an order of more than 32 MB in .%s and reads on", async (extension) => {
    const huge = order(line("1"), `"address":"${long(33 * 1024 * 1024)}"`);
    const orders = [good, huge, order(line("0"))];
    const content = extension === "json" ? `[\n${orders.join(",\n")}]` : orders.join("\n");
    const lines = (await refuse(content, extension)).map((error) => error.split(" ").slice(1).join(" "));
    expect(lines[0]).toBe("orders[1] An order is larger than 32 MB");
    expect(lines[1]).toContain("orders[2].products[0].quantity Expected");
  });

  it.each([
    ["[", "]"],
    ['{"a":', "}"],
  ])("refuses a million levels of %s", async (open, close) => {
    const deep = `${long(1_000_000, open)}1${long(1_000_000, close)}`;
    for (const content of [deep, order(line("1"), `"address":"a","x":${deep}`), `[\n${deep}]`, `${good}\n${deep}`]) {
      expect((await refuse(content))[0]).toContain("Nested more than 100 levels deep");
    }
  });
});

describe("encoding", () => {
  const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  it.each([
    ["a stray byte", bytes(`[${good},\n{"address":"é`, [0xff], '"}]'), "2:14 orders[1] The byte 0xff is not UTF-8"],
    ["a cut character", bytes(`${good}\n{"é":"`, [0xe2, 0x82], '"}\n'), "2:7 orders[1] The byte 0xe2 is not UTF-8"],
    ["an overlong form", bytes('{"a":"', [0xc0, 0xaf], '"}'), "1:7 orders[0] The byte 0xc0 is not UTF-8"],
    ["a surrogate", bytes('{"a":"', [0xed, 0xa0, 0x80], '"}'), "1:7 orders[0] The byte 0xed is not UTF-8"],
    [
      "a stray byte around the orders",
      bytes(`{"orders":[${good}],\n"a":"`, [0x80], '"}'),
      "2:6 The byte 0x80 is not UTF-8",
    ],
    ["a byte between orders", bytes(`[${good}`, [0xff], `,${good}]`), "1:76 orders[0] The byte 0xff is not UTF-8"],
    ["UTF-16", Buffer.from(`\ufeff${good}`, "utf16le"), "1:1 The file is in UTF-16; save it as UTF-8"],
    ["UTF-16 without a mark", Buffer.from(good, "utf16le"), "1:1 Not a text file in UTF-8: it has NUL bytes"],
    ["a binary file", bytes([0x1f, 0x8b, 0x08, 0x00]), "1:1 Not a text file in UTF-8"],
    ["an image", bytes([0x89], "PNG\r\n"), "1:1 Not a text file in UTF-8"],
    ["nothing", "", "1:1 The file is empty; an order file without orders is []"],
    ["white space", " \n ", "1:1 The file is empty"],
    ["a byte order mark alone", "\ufeff", "1:1 The file is empty"],
  ])("refuses %s", async (_, content, message) => {
    expect((await refuse(content))[0]).toContain(message);
  });
});

describe("JSON syntax", () => {
  it.each([
    ["a trailing comma", `[\n${good},\n]`, '3:1 Expected an order after the comma, got "]"'],
    ["two commas", `[${good},,${good}]`, '1:77 Expected an order, got ","'],
    [
      "a missing comma",
      `[\n${good}\n  ${good}]`,
      '3:3 orders[0] Unexpected "{" after the end of the value; is a comma missing?',
    ],
    ["a missing bracket", `[${good},\n${good}\n`, '2:75 The file ends inside the list of orders; expected "]"'],
    ["a missing brace", `{"orders":[${good}]`, '1:86 The file ends inside the object around the orders; expected "}"'],
    ["an order that ends too soon", `[{"products":[`, '1:15 orders[0] Expected "," or "]", got the end'],
    ["a wrong bracket", `[{"products":[}]`, '1:15 orders[0] Expected a value, got "}"'],
    ["a brace too many", `[${good}}]`, '1:76 Expected "," or "]" after the order, got "}"'],
    ["something after the end", `[${good}]\nx`, '2:1 Unexpected "x" after the end of the JSON'],
    ["two orders on a line", `${good} ${good}`, '1:76 Unexpected "{" after the end of the JSON'],
    ["an open text", '{"address": "a\n}', "1:13 orders[0] This text has no closing quote"],
    ["single quotes", "{'address': 1}", "1:2 orders[0]"],
    ["a comment", '{ // no\n"address":1}', "1:3 orders[0] JSON has no comments"],
    ["a bad escape", '["\\x"]', "1:2 orders[0] This text has an invalid escape"],
    ["a control character", '["\u0001"]', "1:2 orders[0] This text has a control character that must be escaped"],
    ["a broken value after the orders", `{"orders":[\n${good}],\n"a":nul}`, '3:5 "nul" is not JSON'],
  ])("names line and column of %s", async (_, content, message) => {
    expect((await refuse(content))[0]).toContain(message);
  });

  it("goes on after a broken line of NDJSON, the first one too", async () => {
    const content = [`{"products": [}`, good, "nonsense", order(line("0")), good, `{"products":[`].join("\n");
    expect((await refuse(content)).map((error) => error.split(" ").slice(0, 2).join(" "))).toEqual([
      "1:15 orders[0]",
      "3:1 orders[2]",
      "4:43 orders[3].products[0].quantity",
      "6:14 orders[5]",
    ]);
  });

  it("says what was wrong before the break, and that the rest is not read, also with skipInvalid", async () => {
    const path = write(`[${order(line("0"))},\n{"a" 1},\n${order(line("0"))}]`);
    expect((await refusalOf([path], { skipInvalid: true })).map((error) => error.split(" ")[0])).toEqual([
      "1:44",
      "2:6",
    ]);
  });
});

describe("what cannot be skipped", () => {
  const fixOf = async (content: string, skipInvalid: boolean): Promise<unknown> => {
    const error: unknown = await load([write(content)], { skipInvalid }).catch((reason: unknown) => reason);
    return (error as WarehouseError).details["fix"];
  };

  it("is said where somebody asked for it", async () => {
    const broken = `[${good},\n}]`;
    expect(await fixOf(broken, true)).toContain("behind this nobody can tell where an order begins");
    expect(await fixOf(broken, false)).toBeUndefined();
  });
});

describe("all errors at once", () => {
  it("lists them in the order of the files", async () => {
    const bad = JSON.stringify({ products: [{ product_id: "", quantity: 0 }, {}], address: " " }, null, 1);
    expect(await refusalOf([write(`[${good},\n${bad}]`), write(`${good}\n{}\n`)])).toEqual([
      expect.stringMatching(/^5:18 orders\[1\]\.products\[0\]\.product_id /),
      expect.stringMatching(/^6:16 orders\[1\]\.products\[0\]\.quantity /),
      expect.stringMatching(/^8:3 orders\[1\]\.products\[1\]\.product_id /),
      expect.stringMatching(/^8:3 orders\[1\]\.products\[1\]\.quantity /),
      expect.stringMatching(/^10:13 orders\[1\]\.address /),
      expect.stringMatching(/^2:1 orders\[1\]\.products /),
      expect.stringMatching(/^2:1 orders\[1\]\.address /),
    ]);
  });

  it("keeps 10,000 of them and counts the rest", async () => {
    const path = write(`${order(line("0"))}\n`.repeat(12_345), "ndjson");
    const error: unknown = await load([path]).catch((reason: unknown) => reason);
    const { message, details } = error as WarehouseError;
    expect([(details["errors"] as unknown[]).length, details["error_count"], details["invalid_orders"]]).toEqual([
      10_000, 12_345, 12_345,
    ]);
    expect(message).toBe(
      `${path}:1:43: orders[0].products[0].quantity: Expected a whole number from 1 to 1,000,000, got 0 (and 12,344 more)`,
    );
  });

  it("gives the good orders and lists the bad ones with skipInvalid", async () => {
    const path = write([good, order(line("0")), "{", good].join("\n"));
    const { orders, count, invalid, invalidCount } = await load([path], { skipInvalid: true });
    expect([orders.map(({ index }) => index), count, invalidCount]).toEqual([[0, 3], 2, 2]);
    expect(invalid.map(({ file, line: at }) => [file, at])).toEqual([
      [path, 2],
      [path, 3],
    ]);
  });
});
