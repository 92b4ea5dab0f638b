import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentHash } from "../../../src/order/model.js";

const lines = [
  { product_id: "prod1", quantity: 2 },
  { product_id: "prod2", quantity: 1 },
];

describe("contentHash", () => {
  it("does not mind the order of the lines", () => {
    expect(contentHash(lines.toReversed(), "123 Main St")).toBe(contentHash(lines, "123 Main St"));
  });

  it.each([
    ["another address", lines, "123 Main St "],
    ["another quantity", [{ product_id: "prod1", quantity: 3 }, lines[1]!], "123 Main St"],
    ["another product", [{ product_id: "prod3", quantity: 2 }, lines[1]!], "123 Main St"],
    ["a line less", [lines[0]!], "123 Main St"],
  ])("tells %s", (_, otherLines, address) => {
    expect(contentHash(otherLines, address)).not.toBe(contentHash(lines, "123 Main St"));
  });

  it("does not let an address pass for a line", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (address, product_id) => {
        const one = contentHash([{ product_id, quantity: 1 }], address);
        expect(one === contentHash([{ product_id: address, quantity: 1 }], product_id)).toBe(address === product_id);
      }),
    );
  });
});
