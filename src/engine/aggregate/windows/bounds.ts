import { add } from "../../bson/arithmetic.js";
import { compareValues } from "../../bson/compare.js";
import { isNumber, toDouble, toExactLong, type NumberValue } from "../../bson/numbers.js";
import { isArray, isDoc, UtcDate, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { nameOfType } from "../../expressions/arguments.js";
import { safeMillis } from "../../expressions/dates/calendar.js";
import { addUnits, unitOf, type Unit } from "../../expressions/dates/units.js";
import { utc } from "../../expressions/dates/zone.js";
import { valueAt } from "../../query/paths.js";
import type { Partition, WindowContext } from "./types.js";

/** The documents that a window holds at a place: from `start` up to but not including `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Bounds {
  /** Whether all windows begin at the partition's first document. */
  readonly fromStart: boolean;
  /** Whether every window is the whole partition. */
  readonly whole: boolean;
  spanAt(partition: Partition, index: number): Span;
}

const everything: Bounds = {
  fromStart: true,
  whole: true,
  spanAt: (partition) => ({ start: 0, end: partition.length }),
};

/** Reads a `window`: `documents` or `range`; all of the partition when there is none. */
export function boundsOf(window: Value | undefined, context: WindowContext): Bounds {
  if (window === undefined) return everything;
  if (!isDoc(window)) throw failed(`'window' field must be an object, found ${nameOfType(window)}`);
  const unknown = [...window.keys()].find((name) => !["documents", "range", "unit"].includes(name));
  if (unknown !== undefined) throw failed(`'window' field: unknown argument ${unknown}`);
  const documents = window.get("documents");
  const range = window.get("range");
  if (documents !== undefined && range !== undefined) {
    throw failed("Window bounds can specify either 'documents' or 'range', not both.");
  }
  if (documents !== undefined) return documentBounds(pairOf(documents, "documents"), window, context);
  if (range !== undefined) return rangeBounds(pairOf(range, "range"), window, context);
  if (window.size === 0) return everything;
  throw failed("Window bounds can only specify 'unit' with range-based bounds.");
}

function failed(message: string): ServerError {
  return new ServerError("FailedToParse", message);
}

function pairOf(value: Value, name: string): readonly [Value, Value] {
  if (isArray(value) && value.length === 2) return value as readonly [Value, Value];
  throw failed(`Window bounds must be a 2-element array: ${name}`);
}

function documentBounds([low, high]: readonly [Value, Value], window: Doc, { sortBy }: WindowContext): Bounds {
  if (window.has("unit")) throw failed("Window bounds can only specify 'unit' with range-based bounds.");
  const lower = documentOffset(low, -Infinity);
  const upper = documentOffset(high, Infinity);
  if (lower === -Infinity && upper === Infinity) return everything;
  if (sortBy === undefined) throw new ServerError(5339901, "Document-based bounds require a sortBy");
  if (lower > upper) throw new ServerError(5339900, `Lower bound must not exceed upper bound: ${lower}, ${upper}`);
  return {
    fromStart: lower === -Infinity,
    whole: false,
    spanAt: (partition, index) => ({
      start: Math.min(partition.length, Math.max(0, index + lower)),
      end: Math.max(0, Math.min(partition.length, index + upper + 1)),
    }),
  };
}

function documentOffset(value: Value, unbounded: number): number {
  if (value === "unbounded") return unbounded;
  if (value === "current") return 0;
  const whole = isNumber(value) ? toExactLong(value) : undefined;
  if (whole !== undefined) return Number(whole);
  throw failed("Numeric document-based bounds must be an integer");
}

/** How far a range reaches from the current value: nothing for unbounded. */
type Reach = NumberValue | undefined;

function rangeBounds([low, high]: readonly [Value, Value], window: Doc, { sortBy }: WindowContext): Bounds {
  const [part, ...others] = sortBy?.parts ?? [];
  if (part === undefined || others.length > 0) {
    throw new ServerError(5339902, "Range-based bounds require sortBy a single field");
  }
  if (part.direction !== 1) throw new ServerError(8947401, "Range-based bounds require an ascending sortBy");
  const unit = window.has("unit") ? unitOf(window.get("unit"), "$setWindowFields") : undefined;
  const [lower, upper] = [reachOf(low), reachOf(high)];
  return {
    fromStart: lower === undefined,
    whole: lower === undefined && upper === undefined,
    spanAt(partition, index) {
      const key = (doc: Doc | undefined) => (doc === undefined ? undefined : valueAt(doc, part.path));
      const current = key(partition[index]);
      const inRange = (doc: Doc) => {
        const value = key(doc);
        const above = lower === undefined || compareValues(value, moved(current, lower, unit)) >= 0;
        const below = upper === undefined || compareValues(value, moved(current, upper, unit)) <= 0;
        return above && below;
      };
      const start = partition.findIndex(inRange);
      return start < 0 ? { start: 0, end: 0 } : { start, end: partition.findLastIndex(inRange) + 1 };
    },
  };
}

function reachOf(value: Value): Reach {
  if (value === "unbounded") return undefined;
  if (value === "current") return 0;
  if (isNumber(value)) return value;
  throw failed(`Range-based bounds expression must be a number, "unbounded" or "current"`);
}

function moved(value: Value | undefined, by: NumberValue, unit: Unit | undefined): Value {
  if (unit === undefined) {
    if (isNumber(value)) return add(value, by);
    throw new ServerError(
      5429414,
      `Invalid range: Expected the sortBy field to be a number, but it was ${nameOfType(value)}`,
    );
  }
  if (value instanceof UtcDate) {
    return new UtcDate(BigInt(addUnits(safeMillis(value.ms), unit, toDouble(by), utc)));
  }
  throw new ServerError(
    5429513,
    `Invalid range: Expected the sortBy field to be a Date, but it was ${nameOfType(value)}`,
  );
}
