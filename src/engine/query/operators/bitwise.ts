import { toText } from "../../bson/extended-json.js";
import { isNaNValue, isNumber, toExactLong } from "../../bson/numbers.js";
import { Binary, isArray, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { badValue, type FieldOperator } from "../context.js";
import { leaf } from "../nodes.js";

const INT_MAX = 2n ** 31n - 1n;

/** The positions of the bits to test. */
function parsePositions(operand: Value, operator: string): readonly number[] {
  if (isArray(operand)) return operand.map(parsePosition);
  if (operand instanceof Binary) return positionsOf(operand);
  if (!isNumber(operand)) {
    throw badValue(`${operator} takes an Array, a number, or a BinData but received: ${operator}: ${toText(operand)}`);
  }
  const mask = toExactLong(operand);
  if (mask === undefined) {
    throw new ServerError("FailedToParse", `Expected an integer: ${operator}: ${toText(operand)}`);
  }
  if (mask < 0n)
    throw new ServerError("FailedToParse", `Expected a non-negative number in: ${operator}: ${toText(operand)}`);
  return Array.from({ length: 63 }, (_, position) => position).filter((at) => ((mask >> BigInt(at)) & 1n) === 1n);
}

function parsePosition(item: Value, index: number): number {
  const shown = `${index}: ${toText(item)}`;
  if (!isNumber(item)) throw badValue(`bit positions must be an integer but got: ${shown}`);
  if (isNaNValue(item)) throw badValue(`bit positions cannot take a NaN: ${shown}`);
  const position = toExactLong(item);
  if (position === undefined) throw badValue(`bit positions must be an integer but got: ${shown}`);
  if (position > INT_MAX || position < -INT_MAX - 1n) {
    throw badValue(`bit positions cannot be represented as a 32-bit signed integer: ${shown}`);
  }
  if (position < 0n) throw badValue(`bit positions must be >= 0 but got: ${shown}`);
  return Number(position);
}

function positionsOf(binary: Binary): readonly number[] {
  return Array.from({ length: binary.bytes.length * 8 }, (_, position) => position).filter((at) => bitOf(binary, at));
}

function bitOf(binary: Binary, position: number): boolean {
  return (((binary.bytes[position >> 3] ?? 0) >> (position & 7)) & 1) === 1;
}

/** How to read a value's bits; undefined for one that has none, such as 1.5. Negative numbers go on with ones. */
function bitReader(value: Value | undefined): ((position: number) => boolean) | undefined {
  if (value instanceof Binary) return (position) => bitOf(value, position);
  const long = isNumber(value) ? toExactLong(value) : undefined;
  if (long === undefined) return undefined;
  return (position) => ((long >> BigInt(Math.min(position, 63))) & 1n) === 1n;
}

function bitOperator(
  operator: string,
  holds: (positions: readonly number[], bit: (position: number) => boolean) => boolean,
): FieldOperator {
  return (operand) => {
    const positions = parsePositions(operand, operator);
    return leaf((value) => {
      const bit = bitReader(value);
      return bit !== undefined && holds(positions, bit);
    });
  };
}

/** Source: MongoDB manual, "Bitwise Query Operators" */
export const bitwiseOperators: Readonly<Record<string, FieldOperator>> = {
  $bitsAllSet: bitOperator("$bitsAllSet", (positions, bit) => positions.every(bit)),
  $bitsAllClear: bitOperator("$bitsAllClear", (positions, bit) => !positions.some(bit)),
  $bitsAnySet: bitOperator("$bitsAnySet", (positions, bit) => positions.some(bit)),
  $bitsAnyClear: bitOperator("$bitsAnyClear", (positions, bit) => !positions.every(bit)),
};
