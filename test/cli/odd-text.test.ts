import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunReport } from "../../src/graph/report.js";
import { type CliStore, openCliStore } from "../support/cli-store.js";

let store: CliStore;
beforeEach(async () => {
  store = await openCliStore();
});
afterEach(() => store.close());

const odd = "1 Wäy\u001b[2J\u009b31m\r\nשלום 日本 👩‍🚀 \u202eabc \u0000\u007f\u2028$where";

describe("odd but valid text", () => {
  it("round-trips in --json and reaches a terminal only escaped", async () => {
    const product = `p\u001b]0;title\u0007`;
    await store.json(
      "seed",
      "--file",
      await store.file("p.json", [{ _id: product, name: odd, price: 1, quantity: 5 }]),
    );
    const order = { order_id: odd, products: [{ product_id: product, quantity: 1 }], address: odd };
    const file = await store.file("o.json", order);
    const report = (await store.json("process", file)) as RunReport;
    expect(report.orders?.[0]).toMatchObject({ address: odd, key: odd });
    expect(await store.json("order", odd)).toMatchObject({
      address: odd,
      key: odd,
      products: [{ product_id: product }],
    });
    const commands = [["process", file], ["stock"], ["orders"], ["order", odd], ["ledger"], ["stock", `${odd}?`]];
    for (const words of commands) {
      const { stdout, stderr } = await store.run(words, { columns: 80, env: { CI: "true" } });
      expect(`${stdout}${stderr}`.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
    }
  });
});
