import { unpackDecimal, type FiniteDecimal } from "./decimal.js";
import { compareNumbers, decimalToDouble, toDecimal, type NumberValue } from "./numbers.js";
import type { Decimal128 } from "./types.js";
import { Int32 } from "./types.js";
import type { ByteWriter } from "./writer.js";

/*
 * A number's key is the double next to it on the side of zero, 8 bytes that sort, then a byte that says on which side
 * of that double the number lies. Only longs and decimals that no double equals lie beside it; they add their decimal
 * digits, by which numbers between the same two doubles are in order. So the keys are exact, and short for most.
 */
const BELOW = 0x7f;
const EXACT = 0x80;
const ABOVE = 0x81;
const EXPONENT_BIAS = 0x4000;

const NAN_KEY = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, EXACT]);

/** Writes what orders a number among numbers. */
export function appendNumber(target: ByteWriter, value: NumberValue): void {
  if (value instanceof Int32) appendDouble(target, value.value, EXACT);
  else if (typeof value === "number") appendDouble(target, value, EXACT);
  else if (typeof value === "bigint") appendNear(target, value, Number(value));
  else appendDecimal(target, value);
}

function appendDecimal(target: ByteWriter, value: Decimal128): void {
  const decimal = unpackDecimal(value);
  if (decimal.kind === "finite") appendNear(target, value, decimalToDouble(decimal));
  else appendDouble(target, decimalToDouble(decimal), EXACT);
}

function appendDouble(target: ByteWriter, value: number, side: number): void {
  if (Number.isNaN(value)) {
    target.raw(NAN_KEY);
    return;
  }
  target.reserve(9);
  const { bytes, length } = target;
  bytes.writeDoubleBE(value === 0 ? 0 : value, length);
  if (value < 0) for (let at = length; at < length + 8; at++) bytes[at] = (bytes[at] as number) ^ 0xff;
  else bytes[length] = (bytes[length] as number) ^ 0x80;
  bytes[length + 8] = side;
  target.length = length + 9;
}

/** @param nearest the double that rounding gives, which may lie on the far side of zero's */
function appendNear(target: ByteWriter, value: bigint | Decimal128, nearest: number): void {
  const order = compareNumbers(value, nearest);
  if (order === 0) {
    appendDouble(target, nearest, EXACT);
    return;
  }
  const decimal = toDecimal(value) as FiniteDecimal;
  const beyond = decimal.negative ? order > 0 : order < 0;
  appendDouble(target, beyond ? towardZero(nearest) : nearest, decimal.negative ? BELOW : ABOVE);
  appendDigits(target, decimal);
}

const float = new Float64Array(1);
const bits = new BigUint64Array(float.buffer);

/** The next double toward zero; never called with zero. */
function towardZero(value: number): number {
  float[0] = value;
  bits[0] = (bits[0] as bigint) - 1n;
  return float[0];
}

/** The place of the first digit, then two digits a byte, ended by a zero byte; inverted below zero. */
function appendDigits(target: ByteWriter, decimal: FiniteDecimal): void {
  const start = target.length;
  const digits = decimal.coefficient.toString();
  const place = digits.length + decimal.exponent + EXPONENT_BIAS;
  const significant = digits.replace(/0+$/, "");
  target.byte(place >> 8);
  target.byte(place & 0xff);
  for (let at = 0; at < significant.length; at += 2) {
    target.byte(Number(significant.slice(at, at + 2).padEnd(2, "0")) + 1);
  }
  target.byte(0);
  if (!decimal.negative) return;
  for (let at = start; at < target.length; at++) target.bytes[at] = (target.bytes[at] as number) ^ 0xff;
}
