import { typeName } from "../../bson/typename.js";
import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import type { CompileStage, FactsStage } from "../types.js";

/** `$documents`: literal documents, or an expression that gives a list of them. */
export const documentsStage: CompileStage = (argument, { compiler, vars }) => {
  const expression = compiler.compile(argument);
  return () => {
    const value = expression({ root: new Map<string, Value>(), vars });
    if (isArray(value) && value.every((item) => isDoc(item))) return value;
    throw new ServerError(5858203, "an array of documents is expected as the result of $documents");
  };
};

/** One that stands first is taken off before; what comes here stood behind stages that a scan does. */
export const changeStreamStage: CompileStage = () => {
  throw new ServerError(40602, "$changeStream is only valid as the first stage in a pipeline");
};

/** Stages that tell about the server: the host has the facts. */
export const factsStage: CompileStage = (argument, { host }, name) => {
  if (!isDoc(argument)) {
    const message = `the ${name} stage specification must be an object, but found ${typeName(argument)}`;
    throw new ServerError("FailedToParse", message);
  }
  if (name === "$indexStats" && argument.size > 0) {
    throw new ServerError(28803, "The $indexStats stage specification must be an empty object");
  }
  return function* (): Generator<Doc> {
    yield* host.facts(name as FactsStage, argument);
  };
};
