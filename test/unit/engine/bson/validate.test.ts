import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDoc } from "../../../../src/engine/bson/decode.js";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import { validateDoc } from "../../../../src/engine/bson/validate.js";
import { anyDoc } from "./arbitraries.js";

/** The error's code, or 0 without one. */
function outcome(read: () => unknown): number {
  try {
    read();
    return 0;
  } catch (error) {
    return (error as { code: number }).code;
  }
}

describe("validateDoc", () => {
  it("accepts every document and refuses what decodeDoc refuses", () => {
    const flips = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(anyDoc, flips, (doc, changes) => {
        const bytes = encodeDoc(doc);
        expect(outcome(() => validateDoc(bytes))).toBe(0);
        for (const [at, value] of changes) bytes[4 + (at % (bytes.length - 4))] = value;
        const decoding = outcome(() => decodeDoc(bytes));
        expect(outcome(() => validateDoc(bytes))).toBeOneOf(decoding === 0 ? [0, 22] : [decoding]);
      }),
      { numRuns: 2000 },
    );
  });

  it("refuses bytes after the document", () => {
    expect(outcome(() => validateDoc(Buffer.concat([encodeDoc(new Map()), Buffer.from([0])])))).toBe(22);
  });
});
