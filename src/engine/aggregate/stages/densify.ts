import { add, multiply } from "../../bson/arithmetic.js";
import { compareValues } from "../../bson/compare.js";
import { isNumber, toDouble, toExactLong, type NumberValue } from "../../bson/numbers.js";
import { Int32, isArray, UtcDate, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isNullish, nameOfType } from "../../expressions/arguments.js";
import { safeMillis } from "../../expressions/dates/calendar.js";
import { addUnits, unitOf, type Unit } from "../../expressions/dates/units.js";
import { utc } from "../../expressions/dates/zone.js";
import { splitPath } from "../../expressions/paths.js";
import { plainValue, withField } from "../field-writes.js";
import { stageOptions } from "../options.js";
import type { CompileStage } from "../types.js";
import { valueKey } from "../value-key.js";

type Bounds = "full" | "partition" | readonly [Value, Value];

interface DensifySpec {
  readonly field: readonly string[];
  readonly partition: readonly (readonly string[])[];
  readonly step: NumberValue;
  readonly unit: Unit | undefined;
  readonly bounds: Bounds;
}

/** MongoDB's bound on what one stage may make. */
const MAX_GENERATED = 500_000;

/** `$densify`: adds documents so that a field has no gaps. */
export const densifyStage: CompileStage = (argument, _context, name) => {
  const options = stageOptions(argument, name, { required: ["field", "range"], optional: ["partitionByFields"] });
  const spec = densifySpec(options, name);
  return function* (docs) {
    const all = [...docs];
    yield* all.filter((doc) => isNullish(plainValue(doc, spec.field)));
    const placed = all.filter((doc) => !isNullish(plainValue(doc, spec.field)));
    for (const doc of placed) checkPlaced(plainValue(doc, spec.field), spec);
    placed.sort((left, right) => compareField(left, right, spec));
    let generated = 0;
    for (const part of partitionsOf(placed, spec)) {
      for (const { doc, isNew } of densified(part, rangeFor(part, placed, spec), spec)) {
        if (isNew && ++generated > MAX_GENERATED) {
          throw new ServerError(
            5897900,
            `Generated ${generated} documents in $densify, which is over the limit of ${MAX_GENERATED}`,
          );
        }
        yield doc;
      }
    }
  };
};

function densifySpec(options: Doc, name: string): DensifySpec {
  const field = options.get("field");
  if (typeof field !== "string") throw new ServerError("TypeMismatch", `${name} 'field' must be a string`);
  const range = stageOptions(options.get("range") ?? null, `${name}.range`, {
    required: ["step", "bounds"],
    optional: ["unit"],
  });
  const step = range.get("step");
  if (!isNumber(step) || toDouble(step) <= 0) {
    throw new ServerError(5733401, "the step parameter in a range statement must be a strictly positive numeric value");
  }
  const unit = range.has("unit") ? unitOf(range.get("unit"), name) : undefined;
  if (unit !== undefined && toExactLong(step) === undefined) {
    throw new ServerError(
      6586400,
      "The step parameter in a range statement must be a whole number when densifying a date range",
    );
  }
  const partition = partitionFields(options.get("partitionByFields"));
  return {
    field: splitPath(field),
    partition,
    step,
    unit,
    bounds: boundsOf(range.get("bounds"), unit, partition.length),
  };
}

function partitionFields(value: Value | undefined): string[][] {
  if (value === undefined) return [];
  if (isArray(value) && value.every((field) => typeof field === "string")) return value.map(splitPath);
  throw new ServerError("TypeMismatch", "partitionByFields must be an array of field names");
}

function boundsOf(value: Value | undefined, unit: Unit | undefined, partitions: number): Bounds {
  if (value === "full") return value;
  if (value === "partition") {
    if (partitions > 0) return value;
    throw new ServerError(
      5733404,
      "one may not specify the bounds as 'partition' without specifying a non-empty array of partitionByFields. You may have meant to specify 'full' bounds.",
    );
  }
  const [low, high] = isArray(value) && value.length === 2 ? value : [];
  if (low === undefined || high === undefined) {
    throw new ServerError(
      5733403,
      "a bounding array in a range statement must have exactly two elements, or bounds must be 'full' or 'partition'",
    );
  }
  const fits = (bound: Value) => (unit === undefined ? isNumber(bound) : bound instanceof UtcDate);
  if (!fits(low) || !fits(high)) {
    const wanted = unit === undefined ? "numeric, or dates together with a unit" : "dates when a unit is given";
    throw new ServerError(5733402, `the bounds of a range statement must be ${wanted}`);
  }
  if (compareValues(low, high) > 0) {
    throw new ServerError(5733402, "the lower bound of a range statement must not exceed the upper one");
  }
  return [low, high];
}

function checkPlaced(value: Value | undefined, { unit }: DensifySpec): void {
  if (unit === undefined ? isNumber(value) : value instanceof UtcDate) return;
  const wanted = unit === undefined ? "numeric" : "a date";
  throw new ServerError(5733201, `Densify field type must be ${wanted}, found ${nameOfType(value)}`);
}

function compareField(left: Doc, right: Doc, { field }: DensifySpec): number {
  return compareValues(plainValue(left, field), plainValue(right, field));
}

function partitionsOf(docs: readonly Doc[], { partition, bounds }: DensifySpec): Doc[][] {
  const parts = new Map<string, Doc[]>();
  for (const doc of docs) {
    const key = partition.map((path) => valueKey(plainValue(doc, path))).join("\0");
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [doc]);
    else part.push(doc);
  }
  // Given bounds are filled even when there is no document at all.
  if (parts.size === 0 && typeof bounds !== "string" && partition.length === 0) return [[]];
  return [...parts.values()];
}

/** From where to where values are made; the last one counts for the documents' own range, not for given bounds. */
interface Range {
  readonly low: Value;
  readonly high: Value;
  readonly inclusive: boolean;
}

function rangeFor(part: readonly Doc[], all: readonly Doc[], { bounds, field }: DensifySpec): Range {
  if (typeof bounds !== "string") return { low: bounds[0], high: bounds[1], inclusive: false };
  const docs = bounds === "full" ? all : part;
  const at = (doc: Doc | undefined) => (doc === undefined ? null : (plainValue(doc, field) ?? null));
  return { low: at(docs[0]), high: at(docs.at(-1)), inclusive: true };
}

function* densified(part: readonly Doc[], range: Range, spec: DensifySpec): Generator<{ doc: Doc; isNew: boolean }> {
  let at = 0;
  const valueOf = (index: number) => plainValue(part[index] ?? new Map<string, Value>(), spec.field);
  for (let count = 0; ; count++) {
    const value = stepped(range.low, count, spec);
    const beyond = compareValues(value, range.high);
    if (beyond > 0 || (beyond === 0 && !range.inclusive)) break;
    for (; at < part.length && compareValues(valueOf(at), value) < 0; at++) yield existing(part, at);
    if (at < part.length && compareValues(valueOf(at), value) === 0) continue;
    yield { doc: generatedDoc(part, value, spec), isNew: true };
  }
  for (; at < part.length; at++) yield existing(part, at);
}

function existing(part: readonly Doc[], at: number): { doc: Doc; isNew: boolean } {
  return { doc: part[at] as Doc, isNew: false };
}

function stepped(low: Value, count: number, { step, unit }: DensifySpec): Value {
  if (low instanceof UtcDate && unit !== undefined) {
    return new UtcDate(BigInt(addUnits(safeMillis(low.ms), unit, count * toDouble(step), utc)));
  }
  return isNumber(low) ? add(low, multiply(step, new Int32(count))) : low;
}

function generatedDoc(part: readonly Doc[], value: Value, { partition, field }: DensifySpec): Doc {
  const [first] = part;
  let doc: Doc = new Map();
  for (const path of partition) {
    const own = first === undefined ? undefined : plainValue(first, path);
    if (own !== undefined) doc = withField(doc, path, own);
  }
  return withField(doc, field, value);
}
