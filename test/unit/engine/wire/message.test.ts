import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDoc } from "../../../../src/engine/bson/decode.js";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import { docOf } from "../../../../src/engine/bson/types.js";
import { FrameError } from "../../../../src/engine/wire/frames.js";
import { frameReply, parseMessage } from "../../../../src/engine/wire/message.js";
import { commandDoc, framed, opMsg, opQuery } from "./messages.js";

const insert = commandDoc({ insert: "a" });

describe("parseMessage", () => {
  it("reads a body with the documents beside it", () => {
    const docs = [docOf({ _id: 1 }), docOf({ _id: 2 })];
    const message = parseMessage(opMsg(insert, { sequences: { documents: docs } }));
    expect(message).toMatchObject({ requestId: 7, kind: "msg", moreToCome: false });
    expect(decodeDoc(message.body)).toEqual(insert);
    expect(message.sequences.get("documents")?.map((doc) => decodeDoc(doc))).toEqual(docs);
  });

  it("drops a checksum and knows that no answer is wanted", () => {
    const message = parseMessage(opMsg(insert, { flags: 0b11, tail: Buffer.from([1, 2, 3, 4]) }));
    expect(message.moreToCome).toBe(true);
    expect(decodeDoc(message.body)).toEqual(insert);
  });

  it("reads the handshake of old clients", () => {
    const message = parseMessage(opQuery("admin.$cmd", docOf({ isMaster: 1 })));
    expect(message).toMatchObject({ kind: "query", namespace: "admin.$cmd" });
  });

  it.each([
    ["an unknown flag", opMsg(insert, { flags: 1 << 5 })],
    ["an unknown op code", framed(opMsg(insert), 2012)],
    ["a second body", opMsg(insert, { tail: Buffer.concat([Buffer.from([0]), encodeDoc(insert)]) })],
    ["a section that is cut short", opMsg(insert, { tail: Buffer.from([1, 200, 0, 0, 0]) })],
    ["an unknown kind of section", opMsg(insert, { tail: Buffer.from([2, 0, 0, 0, 0]) })],
    ["no body", framed(Buffer.alloc(20), 2013)],
    ["a query without a namespace's end", framed(Buffer.concat([Buffer.alloc(20), Buffer.from("abc")]), 2004)],
  ])("refuses %s", (_, frame) => {
    expect(() => parseMessage(frame)).toThrow(FrameError);
  });

  it("fails in no other way, whatever the bytes", () => {
    const frame = opMsg(insert, { sequences: { documents: [docOf({ _id: 1, text: "x" })] } });
    const flips = fc.array(fc.tuple(fc.nat(frame.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = Buffer.from(frame);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          parseMessage(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("frameReply", () => {
  it("answers in the way it was asked", () => {
    const doc = encodeDoc(docOf({ ok: 1 }));
    const modern = frameReply(parseMessage(opMsg(insert)), 3, doc);
    expect([modern.readInt32LE(0), modern.readInt32LE(4), modern.readInt32LE(8), modern.readInt32LE(12)]).toEqual([
      modern.length,
      3,
      7,
      2013,
    ]);
    expect(decodeDoc(modern, 21)).toEqual(docOf({ ok: 1 }));
    const old = frameReply(parseMessage(opQuery("admin.$cmd", insert)), 4, doc);
    expect(old.readInt32LE(12)).toBe(1);
    expect(decodeDoc(old, 36)).toEqual(docOf({ ok: 1 }));
  });
});
