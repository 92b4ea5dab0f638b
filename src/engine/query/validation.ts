import { docOf, type Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Collation } from "./collation.js";
import { compileFilter } from "./matcher.js";
import { compileClauses } from "./validation/clauses.js";
import type { Clause } from "./validation/types.js";

/** A collection's validator. */
export interface Validator {
  /** An expression that fails, such as a division by zero, counts as not accepting. */
  accepts(doc: Doc): boolean;
  /** The `errInfo` of error 121 for a document that is not accepted. */
  errInfo(doc: Doc): Doc;
}

/**
 * Compiles a collection's validator. What explains a refusal is compiled only once it is needed.
 * @throws ServerError as `compileFilter`
 * Source: MongoDB manual, "Schema Validation", "View and Interpret Schema Validation Errors"
 */
export function compileValidator(filter: Doc, collation?: Collation): Validator {
  const matcher = compileFilter(filter, { collation });
  let clause: Clause | undefined;
  return {
    accepts: (doc) => {
      try {
        return matcher.matches(doc);
      } catch (error) {
        if (error instanceof ServerError) return false;
        throw error;
      }
    },
    errInfo: (doc) => {
      clause ??= compileClauses(filter, { collation });
      return docOf({ failingDocumentId: doc.get("_id"), details: clause.explain(doc, false) });
    },
  };
}
