import { compileUpdate, type UpdateOptions } from "../../../../src/engine/update/compile.js";
import type { Value } from "../../../../src/engine/bson/types.js";
import { valueOf, shown } from "../expressions/evaluate.js";
import { doc } from "../query/literals.js";

export interface Use {
  readonly positional?: number;
  readonly isInsert?: boolean;
  readonly arrayFilters?: object[];
}

/** The document after an update, in canonical extended JSON. */
export function updated(update: object, before: object, use: Use = {}): string {
  return shown(updater(update, use).apply(doc(before), { now: 1_700_000_000_000n, ...use }));
}

export function updater(update: object, { arrayFilters }: Use = {}): ReturnType<typeof compileUpdate> {
  const options: UpdateOptions = arrayFilters === undefined ? {} : { arrayFilters: valueOf(arrayFilters) };
  return compileUpdate(valueOf(update) as readonly Value[], options);
}
