import { toText } from "../../bson/extended-json.js";
import { typeName } from "../../bson/typename.js";
import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import type { Compiler, Scope } from "../../expressions/types.js";
import { applyProjection } from "./projection.js";
import { parseAddFields, parseProject, parseUnsetPaths } from "./projection-spec.js";

/** A stage that makes one document of each, `scope.root`. */
export type DocumentStage = (scope: Scope) => Doc;

export type CompileDocumentStage = (argument: Value, compiler: Compiler, name: string) => DocumentStage;

const project: CompileDocumentStage = (argument, compiler) => {
  if (!isDoc(argument)) throw new ServerError(15969, "$project specification must be an object");
  const { mode, node } = parseProject(argument, compiler);
  return (scope) => applyProjection(node, mode, scope);
};

const addFields: CompileDocumentStage = (argument, compiler, name) => {
  if (!isDoc(argument)) {
    throw new ServerError(40272, `${name} specification stage must be an object, got ${typeName(argument)}`);
  }
  const node = parseAddFields(argument, compiler);
  return (scope) => applyProjection(node, "add", scope);
};

const unset: CompileDocumentStage = (argument, compiler) => {
  const paths = isArray(argument) ? argument : [argument];
  if (!paths.every((path) => typeof path === "string")) {
    throw new ServerError(31120, "$unset specification must be a string or an array containing only string values");
  }
  if (paths.length === 0) {
    throw new ServerError(31119, "$unset specification must be a string or an array with at least one field");
  }
  const node = parseUnsetPaths(paths, compiler);
  return (scope) => applyProjection(node, "exclude", scope);
};

const replaceRoot: CompileDocumentStage = (argument, compiler) => {
  if (!isDoc(argument)) {
    const message = `expected an object as specification for $replaceRoot stage, got ${typeName(argument)}`;
    throw new ServerError(40229, message);
  }
  const unknown = [...argument.keys()].find((name) => name !== "newRoot");
  if (unknown !== undefined) throw new ServerError(40415, `BSON field '$replaceRoot.${unknown}' is an unknown field.`);
  const newRoot = argument.get("newRoot");
  if (newRoot === undefined) throw new ServerError(40231, "no newRoot specified for the $replaceRoot stage");
  return replaceWith(newRoot, compiler, "$replaceRoot");
};

const replaceWith: CompileDocumentStage = (argument, compiler, name) => {
  const expression = compiler.compile(argument);
  const what = name === "$replaceRoot" ? "'newRoot' expression " : "'replacement document' ";
  return (scope) => {
    const value = expression(scope);
    if (isDoc(value)) return value;
    const type = value === undefined ? "missing" : typeName(value);
    const message = `${what}must evaluate to an object, but resulting value was: ${toText(value)}. Type of resulting value: '${type}'. Input document: ${toText(scope.root)}`;
    throw new ServerError(40228, message);
  };
};

/** The stages that may also stand in an update's pipeline. */
export const documentStages: ReadonlyMap<string, CompileDocumentStage> = new Map([
  ["$addFields", addFields],
  ["$project", project],
  ["$replaceRoot", replaceRoot],
  ["$replaceWith", replaceWith],
  ["$set", addFields],
  ["$unset", unset],
]);
