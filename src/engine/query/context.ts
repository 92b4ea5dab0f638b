import { ServerError } from "../errors.js";
import type { Doc, Value } from "../bson/types.js";
import type { Collation } from "./collation.js";
import type { DocTest, FieldTest } from "./nodes.js";

/** What the operators' compilers need of the whole filter. */
export interface FilterContext {
  readonly collation: Collation | undefined;
  readonly vars: ReadonlyMap<string, Value | undefined>;
  /** Whether operators that look beyond one document are refused, as in arrayFilters. */
  readonly plain: boolean;
  /** Whether conditions apply to something inside a document, where `$expr` and `$text` cannot stand. */
  readonly nested: boolean;
  readonly depth: number;
  /** Compiles a filter document. */
  compileDoc(filter: Doc, context: FilterContext): DocTest;
  /** Compiles the operators on one field, `{ $gt: 1, $lt: 5 }`. */
  compileField(operators: Doc, name: string, context: FilterContext): FieldTest;
}

/** Compiles one operator; undefined for one that asks nothing, such as `$options`. */
export type FieldOperator = (
  operand: Value,
  use: { readonly name: string; readonly siblings: Doc; readonly context: FilterContext },
) => FieldTest | undefined;

export function badValue(message: string): ServerError {
  return new ServerError("BadValue", message);
}

/** The context for what stands inside an array element. */
export function nestedContext(context: FilterContext): FilterContext {
  return context.nested ? context : { ...context, nested: true };
}
