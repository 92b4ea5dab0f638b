import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDoc } from "../../../../src/engine/bson/decode.js";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import { encodeKey } from "../../../../src/engine/bson/keys.js";
import { docOf, Int32, type Value } from "../../../../src/engine/bson/types.js";
import { expandKeys } from "../../../../src/engine/indexes/array-keys.js";
import { docEntries } from "../../../../src/engine/indexes/entry-keys.js";
import { indexEntry } from "../../../../src/engine/indexes/index-entry.js";
import { anyValue } from "../bson/arbitraries.js";

const key = Buffer.from("document");

function entriesOf(doc: ReturnType<typeof docOf>, paths: Record<string, number>, unique: boolean) {
  const spec = docOf({ name: "i", key: docOf(paths), unique });
  const index = indexEntry(7, spec);
  const bytes = encodeDoc(doc);
  const decoded = decodeDoc(bytes);
  const { entries, bits } = docEntries(index, { key, bytes, doc: () => decoded, part: () => decoded });
  const expanded = expandKeys(decoded, index.paths);
  const after = unique ? [] : [key];
  const keys = expanded.keys.map((values) =>
    Buffer.concat([index.prefix, encodeKey(values, index.directions), ...after]).toString("hex"),
  );
  return {
    found: entries.map((entry) => entry.key.toString("hex")),
    bits,
    expanded: new Set(keys),
    met: expanded.bits,
  };
}

const value = fc.oneof(anyValue, fc.constantFrom<Value>("a", "b", new Int32(1)));
const line = fc.oneof(
  value,
  fc.record({ p: value, q: value }, { requiredKeys: [] }).map((fields) => docOf(fields)),
);
const lines = fc.oneof(value, fc.array(line, { maxLength: 12 }));

describe("docEntries", () => {
  it.each([[{ "l.p": 1, at: 1 }], [{ at: -1, "l.p": -1 }], [{ l: 1 }], [{ "l.0": 1 }], [{ "l.p": 1, "l.q": 1 }]])(
    "gives %o one entry for each different element, as of the decoded document",
    (paths) => {
      fc.assert(
        fc.property(lines, value, fc.boolean(), (l, at, unique) => {
          let made: ReturnType<typeof entriesOf>;
          try {
            made = entriesOf(docOf({ at, l }), paths, unique);
          } catch (error) {
            expect(String(error)).toMatch(/parallel arrays|numeric field names/);
            return;
          }
          expect(made.found).toHaveLength(made.expanded.size);
          expect(new Set(made.found)).toEqual(made.expanded);
          expect(made.bits).toBe(made.met);
        }),
        { numRuns: 500 },
      );
    },
  );

  it("cuts keys that are too long, elements' too", () => {
    const long = "x".repeat(2_000);
    for (const doc of [docOf({ l: long }), docOf({ l: ["short", long] })]) {
      const { entries, bits } = docEntries(indexEntry(7, docOf({ name: "i", key: docOf({ l: 1 }) })), {
        key,
        bytes: encodeDoc(doc),
        doc: () => doc,
        part: () => doc,
      });
      expect(bits & (1 << 31)).not.toBe(0);
      for (const entry of entries) expect(entry.key.length).toBeLessThan(950);
    }
  });
});
