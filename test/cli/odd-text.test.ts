import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliStore, openCliStore } from "../support/cli-store.js";

const odd = "1 Wäy\u001b[2J\u009b31m\r\nשלום 日本 👩‍🚀 \u202eabc \u0000\u007f\u2028$where";
const product = "p\u001b]0;title\u0007";

let store: CliStore;
let file: string;
beforeAll(async () => {
  store = await openCliStore();
  await store.json("seed", "--file", await store.file("p.json", [{ _id: product, name: odd, price: 1, quantity: 5 }]));
  file = await store.file("o.json", { order_id: odd, products: [{ product_id: product, quantity: 1 }], address: odd });
  await store.json("process", file);
});
afterAll(() => store.close());

describe("odd but valid text", () => {
  it("round-trips in --json", async () => {
    const order = { address: odd, key: odd, products: [{ product_id: product }] };
    expect(await store.json("process", file)).toMatchObject({ orders: [order] });
    expect(await store.json("order", odd)).toMatchObject(order);
    expect(await store.json("stock")).toMatchObject([{ product_id: product, name: odd, quantity: 4 }]);
  });

  it.each([
    ["process", ["process", "o.json"]],
    ["stock", ["stock"]],
    ["stock of a product that is not there", ["stock", `${odd}?`]],
    ["orders", ["orders"]],
    ["order", ["order", odd]],
    ["ledger", ["ledger"]],
  ])("reaches a terminal only escaped: %s", async (_, words) => {
    const named = words.map((word) => (word === "o.json" ? file : word));
    const { stdout, stderr } = await store.run(named, { columns: 80, env: { CI: "true" } });
    expect(`${stdout}${stderr}`.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
  });
});
