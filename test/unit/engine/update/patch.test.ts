import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patchDoc, FieldPatch } from "../../../../src/engine/bson/patch.js";
import { decodeDoc } from "../../../../src/engine/bson/decode.js";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import { docOf, Int32, type Doc, type Value } from "../../../../src/engine/bson/types.js";
import { compileUpdate } from "../../../../src/engine/update/compile.js";
import type { Updater } from "../../../../src/engine/update/types.js";
import { anyValue } from "../bson/arbitraries.js";
import { doc } from "../query/literals.js";
import { updater } from "./apply.js";

const now = 1_700_000_000_000n;

/** The bytes after the update by way of the document; "refused" for what the document does not allow. */
function applied(update: Updater, before: Doc): Buffer | "refused" {
  try {
    return encodeDoc(update.apply(before, { now }));
  } catch {
    return "refused";
  }
}

const names = ["a", "b", "c", "long name of a field"] as const;
const anyName = fc.constantFrom(...names);
const number = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value) => new Int32(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double(),
);
const fieldValue = fc.oneof(anyValue, number, fc.array(anyValue, { maxLength: 12 }));
const anyFields = fc.uniqueArray(fc.tuple(anyName, fieldValue), { selector: ([name]) => name });

/** Each field by one operator at most, as MongoDB wants it. */
const anyUpdate = fc
  .uniqueArray(
    fc.oneof(
      fc.tuple(fc.constantFrom("$set", "$push", "$unset"), anyName, fieldValue),
      fc.tuple(fc.constantFrom("$inc", "$mul"), anyName, number),
    ),
    { selector: ([, name]) => name, minLength: 1 },
  )
  .map((changes): Doc => {
    const update = new Map<string, Doc>();
    for (const [operator, name, value] of changes) {
      update.set(operator, new Map([...(update.get(operator) ?? []), [name, value]]));
    }
    return update;
  });

describe("an update of a document's bytes", () => {
  it("gives what the update of the document gives, or leaves it to that", () => {
    fc.assert(
      fc.property(anyFields, anyUpdate, (fields, update) => {
        const before: Doc = new Map<string, Value>([["_id", new Int32(1)], ...fields]);
        const bytes = encodeDoc(before);
        const compiled = compileUpdate(update);
        const patched = compiled.patch?.(bytes);
        if (patched !== undefined) expect(patched).toEqual(applied(compiled, decodeDoc(bytes)));
      }),
      { numRuns: 3_000 },
    );
  });

  it("is made for what orders and products need", () => {
    const order = encodeDoc(doc({ _id: 1, status: "pending", history: [{ status: "pending" }], lease: { by: "x" } }));
    const ship = updater({
      $set: { status: "in_transit" },
      $push: { history: { status: "in_transit" } },
      $unset: { lease: "" },
    });
    const shipped = { _id: 1, status: "in_transit", history: [{ status: "pending" }, { status: "in_transit" }] };
    expect(ship.patch?.(order)).toEqual(encodeDoc(doc(shipped)));
    const product = encodeDoc(doc({ _id: "prod1", quantity: 10, name: "Tin" }));
    expect(updater({ $inc: { quantity: -3 } }).patch?.(product)).toEqual(
      encodeDoc(doc({ _id: "prod1", quantity: 7, name: "Tin" })),
    );
  });

  it("gives the very same bytes when nothing changes", () => {
    const bytes = encodeDoc(doc({ _id: 1, a: 1, b: "x" }));
    expect(updater({ $set: { a: 1, b: "x" }, $unset: { c: "" } }).patch?.(bytes)).toBe(bytes);
    expect(updater({ $inc: { a: 0 } }).patch?.(bytes)).toBe(bytes);
  });

  it("is left to the document where its type, its places or the update call for more", () => {
    const bytes = encodeDoc(doc({ _id: 1, a: "x", b: { c: 1 } }));
    expect(updater({ $push: { a: 1 } }).patch?.(bytes)).toBeUndefined();
    expect(updater({ $inc: { a: 1 } }).patch?.(bytes)).toBeUndefined();
    const others = [
      { $set: { "b.c": 2 } },
      { $set: { _id: 2 } },
      { $set: { é: 1 } },
      { $push: { a: { $each: [1, 2] } } },
      { $min: { a: 1 } },
      { $rename: { a: "c" } },
      { $setOnInsert: { a: 1 } },
    ];
    for (const update of others) expect(updater(update).patch).toBeUndefined();
  });

  it("leaves a document alone that has the field twice", () => {
    const twice = Buffer.concat([Buffer.alloc(4), ...[1, 2].map((value) => elementOf(value)), Buffer.alloc(1)]);
    twice.writeInt32LE(twice.length);
    expect(patchDoc(twice, [new FieldPatch("a", { kind: "set", value: new Int32(3) })])).toBeUndefined();
  });
});

function elementOf(value: number): Buffer {
  return encodeDoc(docOf({ a: new Int32(value) })).subarray(4, -1);
}
