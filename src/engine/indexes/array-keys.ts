import { ServerError } from "../errors.js";
import { isArray, isDoc, Undefined, type Doc, type Value } from "../bson/types.js";
import { multikeyBit } from "./index-entry.js";

/** One entry's values, in the index's order of fields; `undefined` for a missing field. */
export type KeyValues = readonly (Value | undefined)[];

export interface ExpandedKeys {
  readonly keys: readonly KeyValues[];
  /** A bit for each field that met an array. */
  readonly bits: number;
}

/** A field on its way along its path. */
interface Step {
  readonly value: Value | undefined;
  readonly rest: readonly string[];
  /** The value is what is indexed, even when it is an array. */
  readonly settled: boolean;
}

const position = /^(0|[1-9]\d*)$/;

/**
 * The values that a document has in an index, with arrays taken apart: one entry for each element, fields below the
 * same array together.
 * @throws ServerError CannotIndexParallelArrays when two fields lead through different arrays
 * Source: MongoDB manual, "Multikey Indexes"
 */
export function expandKeys(doc: Doc, paths: readonly string[]): ExpandedKeys {
  const keys: KeyValues[] = [];
  const expansion = { paths, keys, bits: 0 };
  const start = paths.map((path) => ({ value: doc, rest: path.split("."), settled: false }));
  expand(expansion, start);
  return expansion;
}

interface Expansion {
  readonly paths: readonly string[];
  readonly keys: KeyValues[];
  bits: number;
}

function expand(into: Expansion, steps: readonly Step[]): void {
  const walked = steps.map(walk);
  const open = walked.map(({ value, settled }) => (settled || !isArray(value) ? undefined : value));
  const place = open.findIndex((array) => array !== undefined);
  const array = open[place];
  if (array === undefined) {
    into.keys.push(walked.map(({ value }) => value));
    return;
  }
  const other = open.findIndex((value) => value !== undefined && value !== array);
  if (other >= 0) throw parallelArrays(into.paths, other, place);
  for (const [field, value] of open.entries()) if (value === array) into.bits |= multikeyBit(field);
  const elements: readonly (Value | undefined)[] = array.length === 0 ? [undefined] : array;
  for (const element of elements) {
    const next = walked.map((step, field) => (open[field] === array ? stepInto(step.rest, element) : step));
    expand(into, next);
  }
}

/** Follows a path until it ends, breaks off or meets an array. */
function walk(step: Step): Step {
  if (step.settled) return step;
  let { value } = step;
  let at = 0;
  for (; at < step.rest.length; at++) {
    const name = step.rest[at] as string;
    if (isDoc(value)) value = value.get(name);
    else if (isArray(value) && position.test(name)) value = elementAt(value, name);
    else break;
  }
  const rest = step.rest.slice(at);
  return rest.length === 0 || isArray(value) ? { value, rest, settled: false } : missing;
}

const missing: Step = { value: undefined, rest: [], settled: true };

function elementAt(items: readonly Value[], name: string): Value | undefined {
  if (items.some((item) => isDoc(item) && item.has(name))) {
    const what = "(do not use numeric field names in embedded elements in an array)";
    throw new ServerError(16746, `Ambiguous field name found in array ${what}, field: '${name}'`);
  }
  return items[Number(name)];
}

/** An element stands for its array from now on; an array inside an array is a value as it is. */
function stepInto(rest: readonly string[], element: Value | undefined): Step {
  if (rest.length > 0) return isDoc(element) ? { value: element, rest, settled: false } : missing;
  return { value: element === undefined ? Undefined.instance : element, rest, settled: true };
}

function parallelArrays(paths: readonly string[], first: number, second: number): ServerError {
  const name = (place: number) => (paths[place] ?? "").split(".").at(-1) ?? "";
  return new ServerError(
    "CannotIndexParallelArrays",
    `cannot index parallel arrays [${name(first)}] [${name(second)}]`,
  );
}
