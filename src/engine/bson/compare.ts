import { compareNumbers, isNumber, type NumberValue } from "./numbers.js";
import {
  Binary,
  Code,
  DbPointer,
  Decimal128,
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
} from "./types.js";

/** Compares two texts; handed in by a collation. */
export type CompareStrings = (left: string, right: string) => number;

/** The place of each type in MongoDB's order; types with one number compare by value. */
export const typeRanks = {
  minKey: -1,
  undefined: 0,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binData: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  dbPointer: 55,
  code: 60,
  scopedCode: 65,
  maxKey: 127,
} as const;

/**
 * The value's place in MongoDB's order of types; a missing value ranks as null.
 * Source: MongoDB manual, "Comparison/Sort Order"; `canonicalizeBSONType` of the server
 */
export function typeRank(value: Value | undefined): number {
  switch (typeof value) {
    case "number":
    case "bigint":
      return typeRanks.number;
    case "string":
      return typeRanks.string;
    case "boolean":
      return typeRanks.bool;
    case "undefined":
      return typeRanks.null;
    default:
      return value === null ? typeRanks.null : objectRank(value);
  }
}

function objectRank(value: object): number {
  if (value instanceof Int32) return typeRanks.number;
  if (value instanceof ObjectId) return typeRanks.objectId;
  if (value instanceof Map) return typeRanks.object;
  if (Array.isArray(value)) return typeRanks.array;
  if (value instanceof UtcDate) return typeRanks.date;
  if (value instanceof Decimal128) return typeRanks.number;
  if (value instanceof Binary) return typeRanks.binData;
  if (value instanceof Timestamp) return typeRanks.timestamp;
  if (value instanceof Regex) return typeRanks.regex;
  if (value instanceof Symbol_) return typeRanks.string;
  if (value instanceof Undefined) return typeRanks.undefined;
  if (value instanceof MinKey) return typeRanks.minKey;
  if (value instanceof MaxKey) return typeRanks.maxKey;
  if (value instanceof DbPointer) return typeRanks.dbPointer;
  return value instanceof Code && value.scope !== undefined ? typeRanks.scopedCode : typeRanks.code;
}

/** Compares by code point, which is the order of the UTF-8 bytes. */
export function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return byCodePoint(a) - byCodePoint(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above all other UTF-16 units. */
function byCodePoint(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/**
 * Compares two values in MongoDB's order, across types by type and numbers by exact value; a missing value
 * (`undefined`) sorts as null.
 * @param strings how texts compare, also inside documents and arrays; code points unless a collation is given
 * @returns below, equal to or above zero
 */
export function compareValues(
  left: Value | undefined,
  right: Value | undefined,
  strings: CompareStrings = compareStrings,
): number {
  if (left === right) return 0;
  const rank = typeRank(left);
  const other = typeRank(right);
  if (rank !== other) return rank - other;
  if (isNumber(left)) return compareNumbers(left, right as NumberValue);
  if (left === null || left === undefined || right === null || right === undefined) return 0;
  return compareAlike(left, right, strings);
}

/** Whether two values are equal as `$eq` and unique indexes see it: 1 equals 1.0, documents by their fields' order. */
export function equalValues(left: Value | undefined, right: Value | undefined, strings?: CompareStrings): boolean {
  return compareValues(left, right, strings) === 0;
}

/** Both of one type and not numbers. */
function compareAlike(left: Exclude<Value, null>, right: Exclude<Value, null>, strings: CompareStrings): number {
  if (typeof left === "boolean") return Number(left) - Number(right);
  if (typeof left === "string" || left instanceof Symbol_) {
    return strings(textOf(left), textOf(right as string | Symbol_));
  }
  if (left instanceof ObjectId) return compareStrings(left.hex, (right as ObjectId).hex);
  if (left instanceof Map) return compareDocs(left, right as Doc, strings);
  if (Array.isArray(left)) return compareArrays(left as readonly Value[], right as readonly Value[], strings);
  if (left instanceof UtcDate) return compareBigInts(left.ms, (right as UtcDate).ms);
  if (left instanceof Timestamp) return compareBigInts(left.value, (right as Timestamp).value);
  if (left instanceof Binary) return compareBinaries(left, right as Binary);
  if (left instanceof Regex) return compareRegexes(left, right as Regex);
  if (left instanceof Code) return compareCodes(left, right as Code, strings);
  return left instanceof DbPointer ? compareDbPointers(left, right as DbPointer) : 0;
}

function textOf(value: string | Symbol_): string {
  return typeof value === "string" ? value : value.value;
}

function compareBigInts(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Field by field: type, then name, then value; a document that ends first is less. */
function compareDocs(left: Doc, right: Doc, strings: CompareStrings): number {
  const others = right.entries();
  for (const [name, value] of left) {
    const other = others.next();
    if (other.done) return 1;
    const [otherName, otherValue] = other.value;
    const order =
      typeRank(value) - typeRank(otherValue) ||
      compareStrings(name, otherName) ||
      compareValues(value, otherValue, strings);
    if (order !== 0) return order;
  }
  return left.size - right.size;
}

function compareArrays(left: readonly Value[], right: readonly Value[], strings: CompareStrings): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const order = compareValues(left[index], right[index], strings);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** By length, then subtype, then bytes. */
function compareBinaries(left: Binary, right: Binary): number {
  return (
    left.bytes.length - right.bytes.length || left.subtype - right.subtype || Buffer.compare(left.bytes, right.bytes)
  );
}

function compareRegexes(left: Regex, right: Regex): number {
  return compareStrings(left.pattern, right.pattern) || compareStrings(left.options, right.options);
}

function compareCodes(left: Code, right: Code, strings: CompareStrings): number {
  const order = compareStrings(left.code, right.code);
  if (order !== 0 || left.scope === undefined || right.scope === undefined) return order;
  return compareDocs(left.scope, right.scope, strings);
}

/** By the namespace's length in bytes, then the namespace, then the id. */
function compareDbPointers(left: DbPointer, right: DbPointer): number {
  return (
    Buffer.byteLength(left.namespace) - Buffer.byteLength(right.namespace) ||
    compareStrings(left.namespace, right.namespace) ||
    compareStrings(left.id.hex, right.id.hex)
  );
}
