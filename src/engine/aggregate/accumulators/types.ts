import type { Value } from "../../bson/types.js";
import type { Compiler, Scope } from "../../expressions/types.js";
import type { Collation } from "../../query/collation.js";

/** What one group collects. */
export interface Accumulator {
  add(scope: Scope): void;
  /** Undefined when there is nothing to show; `$group` shows null then. */
  result(): Value | undefined;
}

/** Starts a group; `group` is a scope on the group's `_id`, for an `n` that depends on it. */
export type NewAccumulator = (group: Scope) => Accumulator;

export interface AccumulatorContext {
  readonly compiler: Compiler;
  readonly collation: Collation | undefined;
}

export type CompileAccumulator = (argument: Value, context: AccumulatorContext, name: string) => NewAccumulator;
