import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliStore, openCliStore } from "../support/cli-store.js";

let store: CliStore;
beforeEach(async () => {
  store = await openCliStore();
});
afterEach(() => store.close());

describe("warehouse seed", () => {
  it("puts the sample products at their stated stock, however often", async () => {
    const { stdout } = await store.run(["seed"]);
    expect(stdout).toMatchInlineSnapshot(`
      "Product  Before  Change  After
      ───────  ──────  ──────  ─────
      prod1         0     +10     10
      prod2         0     +15     15
      prod3         0     +30     30
      "
    `);
    await store.json("receive", "prod1", "5");
    expect(await store.json("seed")).toEqual({
      reset: false,
      products: [
        { product_id: "prod1", before: 15, after: 10 },
        { product_id: "prod2", before: 15, after: 15 },
        { product_id: "prod3", before: 30, after: 30 },
      ],
    });
    expect(await store.json("audit")).toMatchObject({ ok: true });
  });

  it("takes the products of a file and lists every error of a bad one", async () => {
    const good = await store.file("good.json", [{ _id: "a", name: "日本", price: 1.5, quantity: 3 }]);
    await store.json("seed", "--file", good);
    expect(await store.json("stock")).toEqual([
      { product_id: "a", name: "日本", price: 1.5, quantity: 3, allocated: 0 },
    ]);
    const bad = await store.file("bad.json", [{ _id: "", name: "x", price: -1, quantity: 0.5 }]);
    const { code, stderr } = await store.run(["seed", "--file", bad]);
    expect(code).toBe(2);
    expect(stderr.match(/bad\.json:1:/g)).toHaveLength(3);
  });

  it("needs --yes for --reset where nobody can be asked", async () => {
    await store.json("seed");
    const { code, stderr } = await store.run(["seed", "--reset"]);
    expect(code).toBe(2);
    expect(stderr).toContain("warehouse seed --reset --yes");
    const file = await store.file("one.json", [{ _id: "a", name: "A", price: 1, quantity: 1 }]);
    await store.json("seed", "--reset", "--yes", "--file", file);
    expect(await store.json("stock")).toHaveLength(1);
  });

  it("asks on a terminal, and does nothing without a yes", async () => {
    await store.json("seed");
    await store.json("receive", "prod1", "5");
    const refused = await store.run(["seed", "--reset"], { columns: 80, stdin: "n\n" });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("[y/N]");
    const agreed = await store.run(["seed", "--reset"], { columns: 80, stdin: "y\n" });
    expect(agreed.code).toBe(0);
    expect(await store.json("ledger")).toHaveLength(3);
  });
});

describe("warehouse stock", () => {
  it("shows a table that a person can read", async () => {
    await store.json("seed");
    expect((await store.run(["stock"])).stdout).toMatchInlineSnapshot(`
      "Product  Name         Price  Quantity  Allocated
      ───────  ──────────  ──────  ────────  ─────────
      prod1    Laptop      999.99        10          0
      prod2    Smartphone  599.99        15          0
      prod3    Headphones   99.99        30          0
      "
    `);
  });

  it("shows only what is asked for, and refuses what is not there", async () => {
    await store.json("seed");
    expect(await store.json("stock", "prod2")).toEqual([
      { product_id: "prod2", name: "Smartphone", price: 599.99, quantity: 15, allocated: 0 },
    ]);
    const { code, stderr } = await store.run(["stock", "prod2", "prod9"]);
    expect(code).toBe(2);
    expect(stderr).toContain("There is no product prod9");
    expect(await store.run(["ledger", "--product", "prod9"])).toMatchObject({ code: 2, stdout: "" });
    expect(await store.json("ledger", "--product", "prod2")).toMatchObject([{ kind: "seed" }]);
  });

  it("suggests the next command to people at a terminal only, and not with --quiet", async () => {
    expect((await store.run(["stock"], { columns: 80 })).stderr).toContain("Next: warehouse seed");
    expect((await store.run(["stock", "--quiet"], { columns: 80 })).stderr).toBe("");
    expect((await store.run(["stock"])).stderr).toBe("");
  });
});

describe("warehouse receive and adjust", () => {
  it("change the stock through the ledger", async () => {
    await store.json("seed");
    expect(await store.json("receive", "prod1", "5")).toEqual({ product_id: "prod1", before: 10, after: 15 });
    expect(await store.json("adjust", "prod1", "-3", "--reason", "broken")).toMatchObject({ after: 12 });
    expect(await store.json("ledger", "--product", "prod1")).toMatchObject([
      { kind: "seed", lines: [{ product_id: "prod1", delta: 10 }] },
      { kind: "receipt", lines: [{ product_id: "prod1", delta: 5 }], by: "receive" },
      { kind: "adjustment", lines: [{ product_id: "prod1", delta: -3 }], reason: "broken" },
    ]);
    expect(await store.json("audit")).toMatchObject({ ok: true });
  });

  it("never take stock below zero", async () => {
    await store.json("seed");
    const { code, stderr } = await store.run(["adjust", "prod1", "-11", "--reason", "lost"]);
    expect(code).toBe(2);
    expect(stderr).toContain("prod1 has 10 units");
    expect(await store.json("stock", "prod1")).toMatchObject([{ quantity: 10 }]);
  });
});
