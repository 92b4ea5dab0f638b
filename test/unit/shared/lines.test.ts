import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { summedLines, type UnitLine } from "../../../src/shared/lines.js";

const line = fc.record({ product_id: fc.constantFrom("a", "b", "c", "d"), quantity: fc.integer({ min: 1, max: 9 }) });
const lines = fc.oneof(fc.array(line, { maxLength: 6 }), fc.array(line, { minLength: 17, maxLength: 30 }));

function unitsOf(product: string, given: readonly UnitLine[]): number {
  return given.filter(({ product_id }) => product_id === product).reduce((sum, { quantity }) => sum + quantity, 0);
}

describe("summedLines", () => {
  it("has each product once, at its first place, with all of its units", () => {
    fc.assert(
      fc.property(lines, (given) => {
        const products = [...new Set(given.map(({ product_id }) => product_id))];
        expect(summedLines(given)).toEqual(
          products.map((product_id) => ({ product_id, quantity: unitsOf(product_id, given) })),
        );
      }),
    );
  });

  it("leaves lines alone that name no product twice, however many", () => {
    for (const count of [1, 3, 40]) {
      const given = Array.from({ length: count }, (_, index) => ({ product_id: `p${index}`, quantity: 1 }));
      expect(summedLines(given)).toBe(given);
    }
  });
});
