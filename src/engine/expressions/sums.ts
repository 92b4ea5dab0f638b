import { divide, integerOf } from "../bson/arithmetic.js";
import { addDecimals } from "../bson/decimal-arithmetic.js";
import { packDecimal, unpackDecimal, type Decimal } from "../bson/decimal.js";
import { exactDecimal, isNumber, toDecimal, toDouble, type NumberValue } from "../bson/numbers.js";
import { Decimal128, Int32, type Value } from "../bson/types.js";

/** A running sum of numbers. */
export interface Sum {
  /** Adds a number; other values are left out. */
  add(value: Value | undefined): void;
  /** The sum in the widest type added: int 0 of nothing. */
  total(): NumberValue;
  /** The mean as a double or decimal; undefined of nothing. */
  mean(): NumberValue | undefined;
}

/**
 * Sums without loss where it can: longs exactly, however large in between; doubles with the lost digits carried along,
 * as the server does (0.1 + 0.2 + 0.3 is 0.6); decimals as decimals.
 */
export function newSum(): Sum {
  const state: SumState = { longs: 0n, sawLong: false, doubles: undefined, decimals: undefined };
  let count = 0;
  return {
    add(value) {
      if (!isNumber(value)) return;
      count++;
      addNumber(state, value);
    },
    total: () => totalOf(state),
    mean: () => (count === 0 ? undefined : divide(totalOf(state), new Int32(count))),
  };
}

/** Sums by kind: ints and longs together, doubles, decimals; undefined where there was none. */
interface SumState {
  longs: bigint;
  sawLong: boolean;
  doubles: Carried | undefined;
  decimals: Decimal | undefined;
}

function addNumber(state: SumState, value: NumberValue): void {
  if (value instanceof Int32) state.longs += BigInt(value.value);
  else if (value instanceof Decimal128) {
    const decimal = unpackDecimal(value);
    state.decimals = state.decimals === undefined ? decimal : addDecimals(state.decimals, decimal);
  } else if (typeof value === "number") state.doubles = addCarried(state.doubles ?? noDoubles, value);
  else {
    state.sawLong = true;
    state.longs += value;
  }
}

function totalOf({ longs, sawLong, doubles, decimals }: SumState): NumberValue {
  if (decimals !== undefined) return decimalTotal(decimals, longs, doubles ?? noDoubles);
  if (doubles !== undefined) return doubleTotal(longs, doubles);
  if (BigInt.asIntN(64, longs) !== longs) return Number(longs);
  return sawLong ? longs : integerOf(longs);
}

/** A sum of doubles, the digits that did not fit it, and the plain sum for infinities. */
interface Carried {
  readonly high: number;
  readonly low: number;
  readonly plain: number;
}

const noDoubles: Carried = { high: 0, low: 0, plain: 0 };

/** Neumaier's summation. */
function addCarried({ high, low, plain }: Carried, value: number): Carried {
  const sum = high + value;
  const lost = Math.abs(high) >= Math.abs(value) ? high - sum + value : value - sum + high;
  return { high: sum, low: low + lost, plain: plain + value };
}

function doubleTotal(longs: bigint, doubles: Carried): number {
  const rough = Number(longs);
  const rest = Number(longs - BigInt(rough));
  const { high, low, plain } = addCarried(addCarried(doubles, rough), rest);
  return Number.isFinite(plain) ? high + low : plain;
}

function decimalTotal(decimals: Decimal, longs: bigint, { high, low, plain }: Carried): NumberValue {
  const others = Number.isFinite(plain) ? [high, low, longs] : [plain];
  const sum = others.reduce<Decimal>((total, part) => addDecimals(total, partOf(part)), decimals);
  return packDecimal(sum);
}

function partOf(value: number | bigint): Decimal {
  return typeof value === "number" && !Number.isFinite(value) ? toDecimal(value) : exactDecimal(value);
}

/** A running standard deviation. */
export interface Deviation {
  add(value: Value | undefined): void;
  /** @returns null of too few numbers: none for a population, fewer than two for a sample */
  result(kind: "population" | "sample"): number | null;
}

/** Welford's method, on doubles; other values are left out. */
export function newDeviation(): Deviation {
  let count = 0;
  let mean = 0;
  let squares = 0;
  return {
    add(value) {
      if (!isNumber(value)) return;
      const double = toDouble(value);
      count++;
      const delta = double - mean;
      mean += delta / count;
      squares += delta * (double - mean);
    },
    result(kind) {
      const over = kind === "population" ? count : count - 1;
      return over <= 0 ? null : Math.sqrt(squares / over);
    },
  };
}
