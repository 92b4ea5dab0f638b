import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadProducts } from "../../../src/inventory/load.js";
import { WarehouseError } from "../../../src/shared/errors.js";

const directory = mkdtempSync(join(tmpdir(), "warehouse-products-test-"));
const path = join(directory, "products.json");
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const laptop = { _id: "prod1", name: "Laptop", price: 999.99, quantity: 10 };

function load(content: string | Buffer) {
  writeFileSync(path, content);
  return loadProducts(path);
}

async function refuse(content: string | Buffer): Promise<string[]> {
  const error: unknown = await load(content).catch((reason: unknown) => reason);
  if (!(error instanceof WarehouseError)) throw new Error("The file was not refused", { cause: error });
  const errors = error.details["errors"] as { line: number; column: number; path: string; message: string }[];
  return errors.map((one) => `${one.line}:${one.column} ${one.path} ${one.message}`);
}

describe("loadProducts", () => {
  it("reads the sample products", async () => {
    const products = await loadProducts("fixtures/products.json");
    expect(products.map(({ _id, quantity }) => [_id, quantity])).toEqual([
      ["prod1", 10],
      ["prod2", 15],
      ["prod3", 30],
    ]);
  });

  it.each([
    ["no product", [], []],
    ["nothing in stock, for free", [{ ...laptop, price: 0, quantity: 0 }], [{ ...laptop, price: 0, quantity: 0 }]],
    ["an unknown field, left out", [{ ...laptop, colour: "red" }], [laptop]],
  ])("takes %s", async (_, products, read) => {
    expect(await load(`\ufeff${JSON.stringify(products)}`)).toEqual(read);
  });

  it.each([
    ["no array", JSON.stringify(laptop), "1:1 products Expected an array of products"],
    ["an empty file", "\n", "1:1  The file is empty"],
    ["broken JSON", '[\n{"_id":}]', '2:8  Expected a value, got "}"'],
    ["deep nesting", "[".repeat(100_000), "1:101  Nested more than 100 levels deep"],
    ["bytes that are not UTF-8", Buffer.from([0x5b, 0x0a, 0xff]), "2:1  Not UTF-8 from here"],
    [
      "an id twice",
      JSON.stringify([laptop, laptop], null, 1),
      "9:10 products[1]._id The _id is also that of products[0]",
    ],
    [
      "a key twice",
      '[{"_id":"a","_id":"b","name":"n","price":1,"quantity":1}]',
      "1:13 products[0]._id The key stands twice",
    ],
    ["a name of white space", JSON.stringify([{ ...laptop, name: " " }]), "1:24 products[0].name Expected a text"],
    [
      "a negative stock",
      JSON.stringify([{ ...laptop, quantity: -1 }]),
      "1:59 products[0].quantity Expected a whole number from 0",
    ],
    [
      "half a unit",
      JSON.stringify([{ ...laptop, quantity: 0.5 }]),
      "1:59 products[0].quantity Expected a whole number from 0",
    ],
    [
      "a price as text",
      JSON.stringify([{ ...laptop, price: "9.99" }]),
      '1:41 products[0].price Expected a price from 0 to 1,000,000,000, got "9.99"',
    ],
    ["a negative price", JSON.stringify([{ ...laptop, price: -1 }]), "1:41 products[0].price Expected a price"],
    [
      "an operator as id",
      '[{"_id":{"$gt":""},"name":"n","price":1,"quantity":1}]',
      "1:9 products[0]._id Expected a text of 1 to 256 characters, got an object",
    ],
  ])("refuses %s", async (_, content, message) => {
    expect((await refuse(content))[0]).toContain(message);
  });

  it("reads the array under products, and names errors there", async () => {
    expect(await load(JSON.stringify({ description: "x", products: [laptop], orders: [1] }))).toEqual([laptop]);
    expect(await refuse('{"products":[5]}')).toEqual([
      expect.stringMatching(/^1:14 products\[0\] Expected a product /),
    ]);
  });

  it("lists all errors in the order of the text", async () => {
    expect(await refuse('[{"quantity":-1,\n"price":-1},\nnull]')).toEqual([
      expect.stringMatching(/^1:2 products\[0\]\._id /),
      expect.stringMatching(/^1:2 products\[0\]\.name /),
      expect.stringMatching(/^1:14 products\[0\]\.quantity /),
      expect.stringMatching(/^2:9 products\[0\]\.price /),
      expect.stringMatching(/^3:1 products\[1\] Expected a product /),
    ]);
  });

  it.each([
    ["a missing file", join(directory, "none.json"), /^There is no file /],
    ["a directory", directory, /is a directory; name a product file$/],
    ["a device", "/dev/zero", /is a device; name a product file$/],
  ])("says so of %s", async (_, name, message) => {
    await expect(loadProducts(name)).rejects.toMatchObject({
      code: "unreadable_file",
      message: expect.stringMatching(message) as unknown,
    });
  });
});
