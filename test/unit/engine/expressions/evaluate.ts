import { BSON } from "mongodb";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import type { Doc, Value } from "../../../../src/engine/bson/types.js";
import { ServerError } from "../../../../src/engine/errors.js";
import { expressionCompiler } from "../../../../src/engine/expressions/compile.js";
import { systemVariables } from "../../../../src/engine/expressions/paths.js";
import { doc } from "../query/literals.js";

/** A document in canonical extended JSON, in which types and the order of fields show. */
export function shown(value: Doc): string {
  const plain = BSON.deserialize(encodeDoc(value), { promoteValues: false, bsonRegExp: true });
  return BSON.EJSON.stringify(plain, { relaxed: false });
}

/** What an expression gives for a document, as `{ r: … }`; `{}` when it is missing. */
export function evaluated(expression: unknown, input: object = {}, vars: object = {}): string {
  const known = new Map<string, Value | undefined>([
    ...doc(vars),
    ...systemVariables(doc({ now: new Date(Date.UTC(2024, 1, 29, 12)) }).get("now") ?? null),
  ]);
  const compiled = expressionCompiler(known.keys()).compile(valueOf(expression));
  const result = compiled({ root: doc(input), vars: known });
  return shown(result === undefined ? new Map<string, Value>() : new Map([["r", result]]));
}

/** An expected value in the same form. */
export function expected(result: unknown): string {
  return shown(result === undefined ? new Map<string, Value>() : doc({ r: result }));
}

export function valueOf(literal: unknown): Value {
  return doc({ value: literal }).get("value") ?? null;
}

/** The code of the error that work throws. */
export function codeOf(work: () => unknown): number | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof ServerError) return error.code;
    throw error;
  }
  return undefined;
}
