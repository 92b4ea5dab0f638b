import { typeName } from "../../bson/typename.js";
import { docOf, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";

/** One keyword of a schema. */
export interface Rule {
  accepts(value: Value): boolean;
  /** What a value that is not accepted breaks, in the form of `errInfo.details`. */
  explain(value: Value): readonly Doc[];
}

export interface Schema {
  accepts(value: Value): boolean;
  explain(value: Value): readonly Doc[];
  /** `title` and `description`, which go into explanations. */
  readonly annotations: Doc;
}

/** Compiles a nested schema. */
export type CompileSchema = (schema: Doc) => Schema;

/** Compiles the keywords of one family that a schema has. */
export type KeywordFamily = (schema: Doc, compile: CompileSchema) => readonly Rule[];

/** A rule of one keyword whose explanation is a single document. */
export function rule(accepts: (value: Value) => boolean, explain: (value: Value) => Doc): Rule {
  return { accepts, explain: (value) => [explain(value)] };
}

/** The explanation's head: which keyword, and how it was given. */
export function broken(keyword: string, given: Value, rest: Readonly<Record<string, Value>>): Doc {
  return docOf({ operatorName: keyword, specifiedAs: docOf({ [keyword]: given }), ...rest });
}

export function wrongKeyword(keyword: string, must: string): ServerError {
  return new ServerError("TypeMismatch", `$jsonSchema keyword '${keyword}' must be ${must}`);
}

export function butFound(keyword: string, must: string, found: Value): ServerError {
  return wrongKeyword(keyword, `${must}, but found an element of type ${typeName(found)}`);
}

export function unparsable(message: string): ServerError {
  return new ServerError("FailedToParse", message);
}

/** A document with the annotations behind its first fields. */
export function annotated(
  head: Readonly<Record<string, Value>>,
  schema: Schema,
  rest: Readonly<Record<string, Value>>,
): Doc {
  return new Map([...docOf(head), ...schema.annotations, ...docOf(rest)]);
}
