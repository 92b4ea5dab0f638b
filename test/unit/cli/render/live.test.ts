import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
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
