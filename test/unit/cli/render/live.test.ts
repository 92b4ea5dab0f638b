import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { liveStockLines } from "../../../../src/cli/render/live-stock.js";
import { liveLines, roomFor } from "../../../../src/cli/render/live.js";
import { plainLook } from "./look.js";

const frame = {
  title: "Stock",
  place: 'database "warehouse" at /somewhere/that/is/far/away',
  facts: "10,000 products",
  columns: [{ header: "Product", cell: ({ id }: { id: string }) => id, wrapsTo: 8 }],
  rows: Array.from({ length: 100 }, (_, index) => ({ id: `product ${index} 日本の緑茶` })),
  empty: "There are no products yet.",
  omitted: "… and 9,982 more products",
  pace: "shows changes as they happen",
};

describe("liveLines", () => {
  it("fills the screen, with rows as far as there is room and what is omitted", () => {
    const lines = liveLines(frame, { columns: 80, rows: 24 }, plainLook(80));
    expect(lines).toHaveLength(24);
    expect(lines.filter((line) => line.startsWith("product "))).toHaveLength(roomFor(24));
    expect(lines.at(-2)).toBe("… and 9,982 more products");
    expect(lines.at(-1)).toMatch(/^q quits .* shows changes as they happen$/);
  });

  it.each([
    [200, 50],
    [60, 24],
    [40, 10],
    [40, 3],
    [40, 1],
  ])("has no line wider than %i columns and no more than %i", (columns, rows) => {
    const lines = liveLines(frame, { columns, rows }, plainLook(columns));
    expect(lines).toHaveLength(rows);
    expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
  });

  it("says so when there is nothing", () => {
    expect(liveLines({ ...frame, rows: [] }, { columns: 80, rows: 24 }, plainLook(80))).toContain(frame.empty);
  });
});

describe("liveStockLines", () => {
  it.each([60, 40, 32, 20])("keeps each product and its whole quantity on %i columns", (columns) => {
    const level = { product_id: "prod1", name: "Laptop computer", price: 1, quantity: 1_234_567, allocated: 12_345 };
    const room = { columns, rows: 8, place: "", pace: "" };
    // Results of commands are laid out for 40 columns at least; what is drawn in place has no more than there are.
    const lines = liveStockLines(
      { levels: [level], recent: new Map(), products: 1 },
      room,
      plainLook(Math.max(40, columns)),
    );
    expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
    expect(lines.find((line) => line.startsWith("prod1"))).toContain("1,234,567");
  });
});
