import type { Doc } from "../../bson/types.js";

/** A part of a validator that can tell why it refused a document. */
export interface Clause {
  matches(doc: Doc): boolean;
  /** @param matched explains why the clause holds, below a `$not` or `$nor`, instead of why it does not */
  explain(doc: Doc, matched: boolean): Doc;
}
