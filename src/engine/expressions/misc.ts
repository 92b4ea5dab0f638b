import { isDoc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { isArray } from "../bson/types.js";
import type { CompileOperator, OperatorTable } from "./types.js";

const rand: CompileOperator = (argument, _compiler, name) => {
  const empty = (isDoc(argument) && argument.size === 0) || (isArray(argument) && argument.length === 0);
  if (!empty) throw new ServerError(3040501, `${name} does not currently accept arguments`);
  return () => Math.random();
};

/** What the server knows and this engine does not do: refused by name rather than as unknown. */
function refuse(what: string): CompileOperator {
  return (_argument, _compiler, name) => {
    throw new ServerError("CommandNotSupported", `${name} is not supported by this server: ${what}`);
  };
}

export const miscOperators: OperatorTable = {
  $rand: rand,
  $function: refuse("no server-side JavaScript"),
  $accumulator: refuse("no server-side JavaScript"),
  $meta: refuse("no text or vector search"),
  $toHashedIndexKey: refuse("no hashed indexes"),
};
