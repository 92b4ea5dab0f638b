import { typeName } from "../bson/typename.js";
import { isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";

/** What a stage's document may have. */
export interface OptionShape {
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
}

/**
 * The options of a stage as the server's generated parsers check them.
 * @throws ServerError TypeMismatch, 40415 for an unknown field, 40414 for a missing one
 */
export function stageOptions(argument: Value, name: string, { required = [], optional = [] }: OptionShape): Doc {
  if (!isDoc(argument)) {
    const message = `the ${name} stage specification must be an object, found ${typeName(argument)}`;
    throw new ServerError("FailedToParse", message);
  }
  for (const given of argument.keys()) {
    if (required.includes(given) || optional.includes(given)) continue;
    throw new ServerError(40415, `BSON field '${name}.${given}' is an unknown field.`);
  }
  for (const field of required) {
    if (argument.has(field)) continue;
    throw new ServerError(40414, `BSON field '${name}.${field}' is missing but a required field`);
  }
  return argument;
}
