import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameError, FrameReader } from "../../../../src/engine/wire/frames.js";
import { commandDoc, opMsg } from "./messages.js";

function readAll(reader: FrameReader): Buffer[] {
  const frames: Buffer[] = [];
  for (let frame = reader.next(); frame !== undefined; frame = reader.next()) frames.push(frame);
  return frames;
}

describe("FrameReader", () => {
  it("gives the same messages however the bytes are cut", () => {
    const messages = [commandDoc({ ping: 1 }), commandDoc({ find: "a".repeat(300) }), commandDoc({ x: [1, 2] })].map(
      (doc) => opMsg(doc),
    );
    const stream = Buffer.concat(messages);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 40 }), (cuts) => {
        const reader = new FrameReader();
        const frames: Buffer[] = [];
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length];
        for (let at = 1; at < places.length; at++) {
          reader.push(stream.subarray(places[at - 1], places[at]));
          frames.push(...readAll(reader));
        }
        expect(Buffer.concat(frames).equals(stream)).toBe(true);
        expect(frames).toHaveLength(3);
        expect(reader.size).toBe(0);
      }),
    );
  });

  it.each([0, -1, 16, 48_000_001, 0x7fffffff])("refuses a length of %i before it has the bytes", (length) => {
    const reader = new FrameReader();
    const header = Buffer.alloc(16);
    header.writeInt32LE(length, 0);
    reader.push(header);
    expect(() => reader.next()).toThrow(FrameError);
  });

  it("lets no more in than a smaller limit allows", () => {
    const reader = new FrameReader();
    reader.push(opMsg(commandDoc({ insert: "x".repeat(2000) })));
    expect(() => reader.next(1000)).toThrow(FrameError);
  });
});
