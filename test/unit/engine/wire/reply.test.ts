import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDoc } from "../../../../src/engine/bson/decode.js";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import { docOf } from "../../../../src/engine/bson/types.js";
import { cursorReply, encodeReply, reply } from "../../../../src/engine/wire/reply.js";

describe("encodeReply", () => {
  it("writes a plain answer as it is", () => {
    expect(decodeDoc(encodeReply(reply({ n: 1, ok: 1 })))).toEqual(docOf({ n: 1, ok: 1 }));
  });

  it("writes a cursor around raw documents, as encoding the whole would", () => {
    fc.assert(
      fc.property(fc.nat(1200), (count) => {
        const docs = Array.from({ length: count }, (_, n) => docOf({ n, text: "x".repeat(n % 5) }));
        const batch = {
          part: "firstBatch",
          docs: docs.map(encodeDoc),
          id: 5n,
          ns: "a.b",
          more: docOf({ x: true }),
        } as const;
        const whole = docOf({ cursor: docOf({ firstBatch: docs, id: 5n, ns: "a.b", x: true }), ok: 1 });
        expect(encodeReply(cursorReply(batch, docOf({ ok: 1 }))).equals(encodeDoc(whole))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});
