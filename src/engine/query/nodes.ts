import type { Doc, Value } from "../bson/types.js";
import { visitPath, type LeafArrays, type Path } from "./paths.js";

/** Where a match was found, for the positional `$` of updates and projections. */
export interface MatchDetails {
  positional: number | undefined;
}

/** Tells whether a document matches; notes the place in an array when details are handed in. */
export type DocTest = (doc: Doc, details?: MatchDetails) => boolean;

export type ValueTest = (value: Value | undefined) => boolean;

/** A condition on one field, free of its path. */
export interface FieldTest {
  /** The condition on the values at a path. */
  atPath(path: Path): DocTest;
  /** The condition on a single value, as `$elemMatch` puts it to an array's elements. */
  onValue(value: Value): boolean;
}

/** A condition that one of the values at the path must fulfil. */
export function leaf(test: ValueTest, arrays: LeafArrays = "traverse"): FieldTest {
  return {
    atPath: (path) => (path.parts.length === 1 ? topLevel(path, test, arrays) : anywhere(path, test, arrays)),
    onValue: test,
  };
}

function topLevel(path: Path, test: ValueTest, arrays: LeafArrays): DocTest {
  const { text } = path;
  const search = anywhere(path, test, arrays);
  return (doc, details) => {
    const value = doc.get(text);
    return Array.isArray(value) ? search(doc, details) : test(value);
  };
}

function anywhere(path: Path, test: ValueTest, arrays: LeafArrays): DocTest {
  return (doc, details) =>
    visitPath(doc, path, arrays, (value, index) => {
      if (!test(value)) return false;
      if (details !== undefined && index !== undefined) details.positional = index;
      return true;
    });
}

/**
 * A condition on an array as a whole.
 * @param findIn returns the place of the element that fulfils it, -1 for none, true when no single element does it
 */
export function arrayLeaf(findIn: (items: readonly Value[]) => number | true): FieldTest {
  const test = (value: Value | undefined): number | true => (Array.isArray(value) ? findIn(value) : -1);
  return {
    onValue: (value) => test(value) !== -1,
    atPath: (path) => (doc, details) =>
      visitPath(doc, path, "whole", (value, index) => {
        const found = test(value);
        if (found === -1) return false;
        const place = index ?? (found === true ? undefined : found);
        if (details !== undefined && place !== undefined) details.positional = place;
        return true;
      }),
  };
}

export function notField(inner: FieldTest): FieldTest {
  return {
    onValue: (value) => !inner.onValue(value),
    atPath: (path) => {
      const test = inner.atPath(path);
      return (doc) => !test(doc);
    },
  };
}

export function allOfField(tests: readonly FieldTest[]): FieldTest {
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return {
    onValue: (value) => tests.every((test) => test.onValue(value)),
    atPath: (path) => allOf(tests.map((test) => test.atPath(path))),
  };
}

export const neverField: FieldTest = { onValue: () => false, atPath: () => () => false };

/** Every test; the place noted is the last one's. */
export function allOf(tests: readonly DocTest[]): DocTest {
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (doc, details) => {
    for (const test of tests) if (!test(doc, details)) return false;
    return true;
  };
}

/** Any test; no place is noted, as in the server. */
export function anyOf(tests: readonly DocTest[]): DocTest {
  return (doc) => {
    for (const test of tests) if (test(doc)) return true;
    return false;
  };
}
