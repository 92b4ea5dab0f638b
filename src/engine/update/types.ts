import type { CompareStrings } from "../bson/compare.js";
import type { RawChange } from "../bson/patch.js";
import type { Doc, Value } from "../bson/types.js";
import type { Collation } from "../query/collation.js";
import type { FieldNames } from "../query/filter-fields.js";

/** What one application of an update knows besides the document. */
export interface UpdateContext {
  /** Index of the array element that the query matched, for the positional `$`. */
  readonly positional?: number | undefined;
  /** True when the update makes the document of an upsert: `$setOnInsert` counts. */
  readonly isInsert?: boolean | undefined;
  /** Milliseconds since 1970 UTC, for `$currentDate` and `$$NOW`. */
  readonly now: bigint;
}

/** A compiled update. */
export interface Updater {
  readonly kind: "operators" | "replacement" | "pipeline";
  /** The top-level fields that it reads and may change, `_id` among them; undefined when all of them may matter. */
  readonly fields: FieldNames;
  /**
   * The document after the update, or as much of it as was given: `fields` are enough. Documents are never changed in place: what stays is shared with the old one.
   * @returns the very same document when the update changes nothing
   * @throws ServerError with MongoDB's codes, such as 28 for a path through a scalar and 66 for another `_id`
   */
  apply(doc: Doc, context: UpdateContext): Doc;
  /**
   * `apply` of a simple update to a document's bytes.
   * @returns the very same bytes when the update changes nothing, undefined for a document that takes `apply`
   */
  readonly patch?: ((bytes: Buffer) => Buffer | undefined) | undefined;
}

/** One walk over one document. */
export interface Run extends UpdateContext {
  readonly doc: Doc;
  /** Names from the root to the value at hand; the walker keeps it. */
  readonly path: string[];
}

/** What an operator does to the value at its path. */
export interface Operation {
  /**
   * What happens when the path leads nowhere: `create` makes it, `strict` leaves it unless a scalar stands in the way
   * (an error), `skip` always leaves it.
   */
  readonly whenMissing: "create" | "strict" | "skip";
  /**
   * @param current the value before, undefined when the field is missing
   * @returns the value after; `current` itself for no change, undefined for no field
   */
  change(current: Value | undefined, run: Run): Value | undefined;
  /** The same for the bytes of a top-level field, where they are enough. */
  readonly raw?: RawChange;
}

/** What the operators' parsers need besides their argument. */
export interface ParseContext {
  readonly strings: CompareStrings;
  readonly collation: Collation | undefined;
}

/** Reads an operator's argument for one path, refusing what MongoDB refuses. */
export type ParseOperation = (argument: Value, path: string, context: ParseContext) => Operation;
