import { addChecked, multiply, multiplyChecked } from "../../bson/arithmetic.js";
import { toText } from "../../bson/extended-json.js";
import { isNumber, type NumberValue } from "../../bson/numbers.js";
import { typeName } from "../../bson/typename.js";
import { Int32, isDoc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { identicalValues } from "../identical.js";
import type { Operation, ParseOperation, Run } from "../types.js";
import { showField, showId } from "../text.js";

interface Arithmetic {
  readonly name: "$inc" | "$mul";
  readonly verb: string;
  readonly compute: (left: NumberValue, right: NumberValue) => NumberValue | undefined;
}

/** `$inc`: the amount itself when the field is missing. */
export const parseInc = arithmeticParser({ name: "$inc", verb: "increment", compute: addChecked });

/** `$mul`: zero of the argument's type when the field is missing. */
export const parseMul = arithmeticParser({ name: "$mul", verb: "multiply", compute: multiplyChecked });

function arithmeticParser(operator: Arithmetic): ParseOperation {
  return (argument, path): Operation => {
    if (!isNumber(argument)) {
      const message = `Cannot ${operator.verb} with non-numeric argument: {${showField(path, argument)}}`;
      throw new ServerError("TypeMismatch", message);
    }
    const whenAbsent = operator.name === "$inc" ? argument : multiply(argument, new Int32(0));
    return {
      whenMissing: "create",
      change: (current, run) => (current === undefined ? whenAbsent : change(operator, current, argument, run)),
      raw: {
        kind: "compute",
        compute: (current) => (current === undefined ? whenAbsent : operator.compute(current, argument)),
      },
    };
  };
}

function change(operator: Arithmetic, current: Value, argument: NumberValue, run: Run): Value {
  if (!isNumber(current)) {
    const field = `the field '${run.path.join(".")}' of non-numeric type ${typeName(current)}`;
    const message = `Cannot apply ${operator.name} to a value of non-numeric type. ${showId(run.doc)} has ${field}`;
    throw new ServerError("TypeMismatch", message);
  }
  const next = operator.compute(current, argument);
  if (next === undefined) {
    const message = `Failed to apply ${operator.name} operations to current value (${toText(current)}) for document ${showId(run.doc)}`;
    throw new ServerError("BadValue", message);
  }
  return identicalValues(current, next) ? current : next;
}

type Bits = (left: bigint, right: bigint) => bigint;

const bitOperators: Readonly<Record<string, Bits>> = {
  and: (left, right) => left & right,
  or: (left, right) => left | right,
  xor: (left, right) => left ^ right,
};

interface BitStep {
  readonly bits: Bits;
  readonly operand: bigint | Int32;
}

/** `$bit`: `{ and | or | xor: <int or long> }`, one after the other; a missing field counts as 0. */
export const parseBit: ParseOperation = (argument, path): Operation => {
  const steps = parseBitSteps(argument, path);
  return {
    whenMissing: "create",
    change(current, run) {
      const start = current ?? new Int32(0);
      if (typeof start !== "bigint" && !(start instanceof Int32)) throw notIntegral(start, run);
      const next = steps.reduce(applyBits, start);
      return current !== undefined && identicalValues(current, next) ? current : next;
    },
  };
};

function applyBits(current: bigint | Int32, { bits, operand }: BitStep): bigint | Int32 {
  const result = bits(wide(current), wide(operand));
  return current instanceof Int32 && operand instanceof Int32 ? new Int32(Number(result)) : result;
}

function wide(value: bigint | Int32): bigint {
  return typeof value === "bigint" ? value : BigInt(value.value);
}

function notIntegral(value: Value, run: Run): ServerError {
  const field = `the field ${run.path.at(-1) ?? ""} of non-integer type ${typeName(value)}`;
  return new ServerError(
    "BadValue",
    `Cannot apply $bit to a value of non-integral type.${showId(run.doc)} has ${field}`,
  );
}

function parseBitSteps(argument: Value, path: string): BitStep[] {
  if (!isDoc(argument)) {
    const message = `The $bit modifier is not compatible with a ${typeName(argument)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`;
    throw new ServerError("BadValue", message);
  }
  if (argument.size === 0) {
    const message = `You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}`;
    throw new ServerError("BadValue", message);
  }
  return Array.from(argument, ([name, operand]) => parseBitStep(name, operand, path));
}

function parseBitStep(name: string, operand: Value, path: string): BitStep {
  const bits = Object.hasOwn(bitOperators, name) ? bitOperators[name] : undefined;
  const shown = `{${showField(name, operand)}}`;
  if (bits === undefined) {
    const message = `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${path}: ${shown}}`;
    throw new ServerError("BadValue", message);
  }
  if (typeof operand !== "bigint" && !(operand instanceof Int32)) {
    const message = `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(operand)}' is not supported here: ${shown}`;
    throw new ServerError("BadValue", message);
  }
  return { bits, operand };
}
