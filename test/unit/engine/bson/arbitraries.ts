import fc from "fast-check";
import { decimalOf } from "../../../../src/engine/bson/numbers.js";
import {
  Binary,
  Code,
  DbPointer,
  Int32,
  MaxKey,
  MinKey,
  ObjectId,
  Regex,
  Symbol_,
  Timestamp,
  Undefined,
  UtcDate,
  type Doc,
  type Value,
} from "../../../../src/engine/bson/types.js";

const nearPower = fc
  .tuple(fc.constantFrom(31n, 32n, 52n, 53n, 54n, 62n, 63n), fc.integer({ min: -3, max: 3 }), fc.boolean())
  .map(([power, by, negative]) => BigInt.asIntN(64, (2n ** power + BigInt(by)) * (negative ? -1n : 1n)));

const smallDouble = fc.constantFrom(
  0,
  -0,
  0.1,
  0.2,
  0.5,
  1,
  -1,
  1.1,
  2,
  9,
  10,
  100,
  1e15,
  5e-324,
  1.7976931348623157e308,
);

/** Doubles with many near each other and near longs, besides wild ones. */
const anyDouble = fc.oneof(fc.double(), smallDouble, nearPower.map(Number));

const anyDecimal = fc
  .oneof(
    fc.constantFrom(
      "0",
      "-0",
      "0E+3",
      "0.1",
      "0.10",
      "1.1",
      "9",
      "10",
      "1E1",
      "100.00",
      "NaN",
      "Infinity",
      "-Infinity",
    ),
    fc.constantFrom("9E-400", "-9E-400", "5E-324", "1E+400", "-1E+6144", "1E-6176", "9007199254740993", "0.2"),
    nearPower.map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc
      .tuple(fc.bigInt({ min: -(10n ** 34n), max: 10n ** 34n }), fc.integer({ min: -40, max: 40 }))
      .map((parts) => parts.join("e")),
    fc.tuple(fc.integer({ min: -120, max: 120 }), fc.integer({ min: -3, max: 3 })).map((parts) => parts.join("e")),
  )
  .map(decimalOf);

export const anyNumber: fc.Arbitrary<Value> = fc.oneof(
  anyDouble,
  fc.integer().map((value) => new Int32(value)),
  fc.integer({ min: -120, max: 120 }).map((value) => new Int32(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  nearPower,
  anyDecimal,
);

const anyText = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.string({ unit: fc.constantFrom("\0", "\u0001", "a", "\uFFFF", "😀", "ü"), maxLength: 3 }),
);

const anyName = fc.oneof(
  fc.constantFrom("a", "b", "c", "ab", "ü", "1"),
  fc.string({ unit: "grapheme-ascii", maxLength: 3 }),
);

const anyId = fc.tuple(fc.constantFrom("00", "7f", "ff"), fc.integer({ min: 0, max: 3 })).map(([lead, last]) => {
  return new ObjectId(`${lead}56789abcdef0123456789${String(last)}`.padEnd(24, "0"));
});

const anyBytes = fc.uint8Array({ maxLength: 3 }).map((bytes) => Uint8Array.from(bytes));

const anyScalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: anyNumber },
  { weight: 3, arbitrary: anyText },
  fc.constantFrom<Value>(null, true, false, Undefined.instance, MinKey.instance, MaxKey.instance),
  anyId,
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((ms) => new UtcDate(ms)),
  fc.integer({ min: -2, max: 2 }).map((ms) => new UtcDate(BigInt(ms))),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => new Timestamp(value)),
  fc.tuple(fc.constantFrom(0, 4, 128), anyBytes).map(([subtype, bytes]) => new Binary(subtype, bytes)),
  fc
    .tuple(fc.constantFrom("a", "^b", "ab"), fc.constantFrom("", "i", "im"))
    .map(([text, flags]) => new Regex(text, flags)),
  anyText.map((text) => new Symbol_(text)),
  anyText.map((text) => new Code(text)),
  fc.tuple(fc.constantFrom("db.c", "db.cc", "ü.c"), anyId).map(([name, id]) => new DbPointer(name, id)),
);

const nested = fc.letrec<{ value: Value; doc: Doc }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 6, arbitrary: anyScalar },
    fc.array(tie("value"), { maxLength: 3 }),
    tie("doc"),
    fc.tuple(anyText, tie("doc")).map(([text, scope]) => new Code(text, scope)),
  ),
  doc: fc.array(fc.tuple(anyName, tie("value")), { maxLength: 3 }).map((fields) => new Map(fields)),
}));

/** Values of every BSON type, with many equal and nearly equal ones. */
export const anyValue: fc.Arbitrary<Value> = nested.value;

export const anyDoc: fc.Arbitrary<Doc> = nested.doc;
