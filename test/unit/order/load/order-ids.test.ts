import fc from "fast-check";
import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { OrderIds } from "../../../../src/order/load/order-ids.js";

const content = (text: string) => hash("sha256", text);

describe("OrderIds", () => {
  it("agrees with a map", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ maxLength: 2 }), fc.constantFrom("a", "b")), { maxLength: 300 }),
        (seen) => {
          const ids = new OrderIds();
          const first = new Map<string, readonly [string, number]>();
          seen.forEach(([id, text], place) => {
            const known = first.get(id);
            if (known === undefined) first.set(id, [text, place]);
            const expected =
              known === undefined ? { kind: "first" } : { kind: "seen", same: known[0] === text, place: known[1] };
            expect(ids.see(id, content(text), place)).toEqual(expected);
          });
        },
      ),
    );
  });

  it("holds 200,000 ids in at most 40 bytes each and finds every one again", () => {
    const ids = new OrderIds();
    const same = content("a");
    for (let place = 0; place < 200_000; place += 1) ids.see(`order ${place}`, same, place);
    expect(ids.bytes).toBeLessThanOrEqual(200_000 * 40);
    for (let place = 0; place < 200_000; place += 997) {
      expect(ids.see(`order ${place}`, same, 0)).toEqual({ kind: "seen", same: true, place });
    }
  });

  it("takes no memory before the first id", () => {
    expect(new OrderIds().bytes).toBe(0);
  });
});
