import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import { Symbol_, type Doc, type Value } from "../../../../src/engine/bson/types.js";
import { testOf } from "../../../../src/engine/kernel/doc-test.js";
import { storedDoc } from "../../../../src/engine/kernel/stored-doc.js";
import type { Query } from "../../../../src/engine/kernel/types.js";
import { parseCollation } from "../../../../src/engine/query/collation.js";
import { compileFilter } from "../../../../src/engine/query/matcher.js";
import { anyValue } from "../bson/arbitraries.js";
import { doc } from "../query/literals.js";

const text = fc.constantFrom("pending", "pendinG", "pending ", "", "é", "$x", "in_transit");
const held = fc.oneof(
  text,
  text,
  fc.array(text),
  text.map((value) => new Symbol_(value)),
  anyValue,
);
const name = fc.constantFrom("status", "s", "stat", "a.b", "é");

function accepts(filter: Doc, bytes: Buffer, collation?: Query["collation"]): boolean {
  return testOf(filter, { collation } as Query).match(storedDoc(Buffer.alloc(0), bytes)) !== undefined;
}

describe("testOf", () => {
  it("accepts what the filter does", () => {
    const fields = fc.uniqueArray(fc.tuple(name, held), { selector: ([field]) => field, maxLength: 4 });
    fc.assert(
      fc.property(fields, name, text, (entries, field, value) => {
        const stored = new Map<string, Value>(entries as [string, Value][]);
        const filter = new Map<string, Value>([[field, value]]);
        expect(accepts(filter, encodeDoc(stored))).toBe(compileFilter(filter).matches(stored));
      }),
      { numRuns: 2_000 },
    );
  });

  it("accepts what several conditions do, and compares under a collation", () => {
    const bytes = encodeDoc(doc({ status: "pending", n: 1 }));
    expect(accepts(doc({ status: "pending", n: 1 }), bytes)).toBe(true);
    expect(accepts(doc({ status: "pending", n: 2 }), bytes)).toBe(false);
    expect(accepts(doc({ status: "PENDING" }), bytes)).toBe(false);
    expect(accepts(doc({ status: "PENDING" }), bytes, parseCollation(doc({ locale: "en", strength: 2 })))).toBe(true);
  });
});
