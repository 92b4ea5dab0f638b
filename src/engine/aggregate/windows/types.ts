import type { Doc, Value } from "../../bson/types.js";
import type { SortPart } from "../../query/sort.js";
import type { StageContext } from "../types.js";

/** The documents of one partition in order. */
export type Partition = readonly Doc[];

/** Computes a field for every document of a partition, in its order; undefined sets nothing. */
export type WindowFunction = (partition: Partition) => readonly (Value | undefined)[];

export interface WindowSort {
  readonly spec: Doc;
  readonly parts: readonly SortPart[];
  readonly compare: (left: Doc, right: Doc) => number;
}

export interface WindowContext extends StageContext {
  readonly sortBy: WindowSort | undefined;
}

/** Compiles one function; `spec` is the whole `{ $sum: …, window: … }`. */
export type CompileWindowFunction = (
  argument: Value,
  context: WindowContext,
  use: { readonly name: string; readonly window: Value | undefined },
) => WindowFunction;
