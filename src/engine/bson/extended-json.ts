import { formatDecimal, unpackDecimal } from "./decimal.js";
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
  UtcDate,
  type Value,
} from "./types.js";

/**
 * A value in the form that the server's error messages show: `{ a: 1, b: [ "x", null ] }`.
 * Source: `BSONElement::toString` of mongodb/mongo
 */
export function toText(value: Value | undefined): string {
  switch (typeof value) {
    case "number":
      return doubleText(value);
    case "string":
      return `"${value}"`;
    case "bigint":
    case "boolean":
    case "undefined":
      return String(value);
    default:
      return value === null ? "null" : objectText(value);
  }
}

function doubleText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function objectText(value: Exclude<Value, null | string | number | bigint | boolean>): string {
  if (value instanceof Int32) return String(value.value);
  if (value instanceof ObjectId) return `ObjectId('${value.hex}')`;
  if (value instanceof Map)
    return list(
      "{",
      [...value].map(([name, field]) => `${name}: ${toText(field)}`),
      "}",
    );
  if (Array.isArray(value)) return list("[", (value as readonly Value[]).map(toText), "]");
  if (value instanceof UtcDate) return `new Date(${value.ms})`;
  if (value instanceof Decimal128) return formatDecimal(unpackDecimal(value));
  if (value instanceof Timestamp) return `Timestamp(${value.value >> 32n}, ${value.value & 0xffffffffn})`;
  if (value instanceof Regex) return `/${value.pattern}/${value.options}`;
  if (value instanceof Symbol_) return `"${value.value}"`;
  if (value instanceof Binary) return binaryText(value);
  if (value instanceof MinKey) return "MinKey";
  if (value instanceof MaxKey) return "MaxKey";
  if (value instanceof DbPointer) return `DBRef('${value.namespace}',${value.id.hex})`;
  if (value instanceof Code) return codeText(value);
  return "undefined";
}

function list(open: string, parts: readonly string[], close: string): string {
  return parts.length === 0 ? open + close : `${open} ${parts.join(", ")} ${close}`;
}

function codeText(value: Code): string {
  return value.scope === undefined ? value.code : `CodeWScope( ${value.code}, ${toText(value.scope)})`;
}

function binaryText(value: Binary): string {
  const hex = Buffer.from(value.bytes).toString("hex");
  if (value.subtype !== 4 || value.bytes.length !== 16) return `BinData(${value.subtype}, ${hex.toUpperCase()})`;
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `UUID("${groups.join("-")}")`;
}
