import { integerOf } from "../../bson/arithmetic.js";
import { toText } from "../../bson/extended-json.js";
import { isNumber, toDouble, toExactLong } from "../../bson/numbers.js";
import { isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { compileFilter } from "../../query/matcher.js";
import { compileSort } from "../../query/sort.js";
import type { CompileStage } from "../types.js";

export const matchStage: CompileStage = (argument, { collation, vars }) => {
  if (!isDoc(argument)) throw new ServerError(15959, "the match filter must be an expression in an object");
  const matcher = compileFilter(argument, { collation, vars });
  return function* (docs) {
    for (const doc of docs) if (matcher.matches(doc)) yield doc;
  };
};

/** `$sort`; with a `$limit` behind it, no more than that many documents are kept. */
export const sortStage: CompileStage = (argument, { collation, limitAfter }) => {
  if (!isDoc(argument)) throw new ServerError(15973, "the $sort key specification must be an object");
  if (argument.size === 0) throw new ServerError(15976, "$sort stage must have at least one sort key");
  const compare = compileSort(argument, collation);
  return function* (docs) {
    yield* limitAfter === undefined ? [...docs].sort(compare) : firstSorted(docs, compare, limitAfter);
  };
};

/** The first `limit` documents in order, holding at most twice as many at a time. */
function firstSorted(docs: Iterable<Doc>, compare: (left: Doc, right: Doc) => number, limit: number): Doc[] {
  let kept: Doc[] = [];
  for (const doc of docs) {
    kept.push(doc);
    if (kept.length >= 2 * limit + 16) kept = kept.sort(compare).slice(0, limit);
  }
  return kept.sort(compare).slice(0, limit);
}

/** The number of a `$limit`; undefined when the stage would be refused. */
export function limitOf(value: Value): number | undefined {
  const whole = isNumber(value) ? toExactLong(value) : undefined;
  return whole === undefined || whole <= 0n ? undefined : Number(whole);
}

/** The number of a `$skip`; undefined when the stage would be refused. */
export function skipOf(value: Value): number | undefined {
  const whole = isNumber(value) ? toExactLong(value) : undefined;
  return whole === undefined || whole < 0n ? undefined : Number(whole);
}

export const limitStage: CompileStage = (argument) => {
  const limit = limitOf(argument);
  if (limit === undefined) {
    if (isNumber(argument) && toDouble(argument) === 0) throw new ServerError(15958, "the limit must be positive");
    throw new ServerError(5107201, `invalid argument to $limit stage: ${expected("positive", argument, "$limit")}`);
  }
  return function* (docs) {
    let left = limit;
    for (const doc of docs) {
      yield doc;
      if (--left === 0) return;
    }
  };
};

export const skipStage: CompileStage = (argument) => {
  const skip = skipOf(argument);
  if (skip === undefined) {
    throw new ServerError(5107200, `invalid argument to $skip stage: ${expected("non-negative", argument, "$skip")}`);
  }
  return function* (docs) {
    let left = skip;
    for (const doc of docs) {
      if (left > 0) left--;
      else yield doc;
    }
  };
};

function expected(what: string, value: Value, name: string): string {
  const rule = isNumber(value) ? `a ${what} number` : "a number";
  return `Expected ${rule} in: ${name}: ${toText(value)}`;
}

/** Checks the field name of a `$count`. */
export function countField(argument: Value): string {
  if (typeof argument !== "string" || argument === "") {
    throw new ServerError(40156, "the count field must be a non-empty string");
  }
  if (argument.startsWith("$")) throw new ServerError(40158, "the count field cannot be a $-prefixed path");
  if (argument.includes("\0")) throw new ServerError(40159, "the count field cannot contain a null byte");
  if (argument.includes(".")) throw new ServerError(40160, "the count field cannot contain '.'");
  return argument;
}

export const countStage: CompileStage = (argument) => {
  const name = countField(argument);
  return function* (docs) {
    let count = 0;
    for (const _doc of docs) count++;
    if (count > 0) yield new Map([[name, integerOf(count)]]);
  };
};

/** `$sample`: so many documents at random, each at most once. */
export const sampleStage: CompileStage = (argument) => {
  const size = sampleSize(argument);
  return function* (docs) {
    const kept: Doc[] = [];
    let seen = 0;
    for (const doc of docs) {
      seen++;
      if (kept.length < size) kept.push(doc);
      else {
        const place = Math.floor(Math.random() * seen);
        if (place < size) kept[place] = doc;
      }
    }
    yield* shuffled(kept);
  };
};

function sampleSize(argument: Value): number {
  if (!isDoc(argument)) throw new ServerError(28745, "the $sample stage specification must be an object");
  const unknown = [...argument.keys()].find((name) => name !== "size");
  if (unknown !== undefined) throw new ServerError(28748, `unrecognized option to $sample: ${unknown}`);
  const size = argument.get("size");
  if (size === undefined) throw new ServerError(28749, "$sample stage must specify a size");
  if (!isNumber(size)) throw new ServerError(28746, "size argument to $sample must be a number");
  if (toDouble(size) <= 0) throw new ServerError(28747, "size argument to $sample must be a positive integer");
  return Math.trunc(toDouble(size));
}

function shuffled(docs: Doc[]): Doc[] {
  for (let last = docs.length - 1; last > 0; last--) {
    const place = Math.floor(Math.random() * (last + 1));
    [docs[last], docs[place]] = [docs[place] as Doc, docs[last] as Doc];
  }
  return docs;
}
