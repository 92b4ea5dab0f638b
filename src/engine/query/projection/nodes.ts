import type { Doc, Value } from "../../bson/types.js";
import type { Expression } from "../../expressions/types.js";

/** What becomes of one field. */
export type ProjectionNode =
  | { readonly kind: "include" }
  | { readonly kind: "exclude" }
  /** Some of the elements of an array: `{ $slice: ... }`, or the one that the filter matched. */
  | { readonly kind: "trim"; readonly trim: Trim }
  | { readonly kind: "compute"; readonly compute: Expression }
  /** The first element that fulfils a condition. */
  | { readonly kind: "elemMatch"; readonly accepts: (item: Value) => boolean }
  | Branch;

/** A document's fields. */
export interface Branch {
  readonly kind: "branch";
  readonly children: Map<string, ProjectionNode>;
}

export type Trim = (items: readonly Value[], positional: number | undefined) => readonly Value[];

/** What a projection is applied with. */
export interface Application {
  readonly vars: ReadonlyMap<string, Value | undefined>;
  readonly root: Doc;
  readonly positional: number | undefined;
}

export function newBranch(): Branch {
  return { kind: "branch", children: new Map() };
}
