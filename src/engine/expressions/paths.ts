import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Compiler, Expression, Scope } from "./types.js";

/** Variables that MongoDB sets itself, for the clock of one command. */
export function systemVariables(now: Value, clusterTime?: Value): Map<string, Value | undefined> {
  const vars = new Map<string, Value | undefined>([["NOW", now]]);
  if (clusterTime !== undefined) vars.set("CLUSTER_TIME", clusterTime);
  return vars;
}

/** Compiles `"$a.b"` or `"$$name.b"`. */
export function compilePath(text: string, compiler: Compiler): Expression {
  if (text === "$") throw new ServerError(16872, "'$' by itself is not a valid FieldPath");
  if (!text.startsWith("$$")) return compileCurrent(splitPath(text.slice(1)), compiler);
  const [variable = "", ...rest] = text.slice(2).split(".");
  if (rest.length > 0) splitPath(rest.join("."));
  checkVariableName(variable, compiler);
  if (variable === "CURRENT") return compileCurrent(rest, compiler);
  const read = variableReader(variable);
  return rest.length === 0 ? read : (scope) => readPath(read(scope), rest, 0);
}

/** Fields of `$$CURRENT`, which is the document itself unless an expression around rebinds it. */
function compileCurrent(parts: readonly string[], compiler: Compiler): Expression {
  if (compiler.knows("CURRENT")) return (scope) => readPath(scope.vars.get("CURRENT"), parts, 0);
  const [name] = parts;
  if (name === undefined) return (scope) => scope.root;
  return parts.length === 1 ? (scope) => scope.root.get(name) : (scope) => readPath(scope.root, parts, 0);
}

const systemNames = new Set(["ROOT", "CURRENT", "REMOVE", "NOW", "CLUSTER_TIME"]);

function checkVariableName(name: string, compiler: Compiler): void {
  if (systemNames.has(name) || compiler.knows(name)) return;
  if (name === "") throw new ServerError("FailedToParse", "empty variable names are not allowed");
  throw new ServerError(17276, `Use of undefined variable: ${name}`);
}

/**
 * Refuses names that `$let` and the like may not bind: they begin with a lower-case letter (or are CURRENT).
 * @throws ServerError FailedToParse
 */
export function checkBindableName(name: string): void {
  if (name === "CURRENT") return;
  if (name === "") throw new ServerError("FailedToParse", "empty variable names are not allowed");
  if (!/^[a-z\u0080-\uffff]/.test(name)) {
    throw new ServerError("FailedToParse", `'${name}' starts with an invalid character for a user variable name`);
  }
  const bad = /[^a-zA-Z0-9_\u0080-\uffff]/.exec(name);
  if (bad === null) return;
  throw new ServerError("FailedToParse", `'${name}' contains an invalid character for a variable name: '${bad[0]}'`);
}

function variableReader(name: string): Expression {
  if (name === "ROOT") return (scope) => scope.vars.get("ROOT") ?? scope.root;
  if (name === "REMOVE") return () => undefined;
  if (name === "NOW" || name === "CLUSTER_TIME") return (scope) => readSystem(scope, name);
  return (scope) => scope.vars.get(name);
}

function readSystem(scope: Scope, name: string): Value {
  const value = scope.vars.get(name);
  if (value === undefined) throw new ServerError(51144, `Builtin variable '$$${name}' is not available`);
  return value;
}

/**
 * The value at a path as aggregation reads it: an array on the way gives the array of what its documents have there.
 */
function readPath(value: Value | undefined, parts: readonly string[], at: number): Value | undefined {
  let current = value;
  for (let depth = at; depth < parts.length; depth++) {
    if (isArray(current)) return readFromElements(current, parts, depth);
    if (!isDoc(current)) return undefined;
    current = current.get(parts[depth] as string);
  }
  return current;
}

function readFromElements(array: readonly Value[], parts: readonly string[], depth: number): readonly Value[] {
  const found: Value[] = [];
  for (const element of array) {
    const value = isDoc(element) ? readPath(element, parts, depth) : undefined;
    if (value !== undefined) found.push(value);
  }
  return found;
}

/** Reads a dotted path from a document as aggregation does. */
export function readField(doc: Doc, path: readonly string[]): Value | undefined {
  return readPath(doc, path, 0);
}

/**
 * Splits a field path and refuses parts that cannot be names.
 * @throws ServerError 15998, 16410, 40353
 */
export function splitPath(path: string): string[] {
  if (path.endsWith(".")) throw new ServerError(40353, "FieldPath must not end with a '.'.");
  const parts = path.split(".");
  for (const part of parts) {
    if (part === "") throw new ServerError(15998, "FieldPath field names may not be empty strings.");
    checkDollar(part);
  }
  return parts;
}

/** Refuses what cannot be one field's name in a document of expressions. */
export function checkFieldName(name: string): void {
  checkDollar(name);
  if (!name.includes(".")) return;
  throw new ServerError(16412, "FieldPath field names may not contain '.'. Consider using $getField or $setField.");
}

function checkDollar(name: string): void {
  if (!name.startsWith("$") || ["$id", "$ref", "$db"].includes(name)) return;
  throw new ServerError(16410, "FieldPath field names may not start with '$'. Consider using $getField or $setField.");
}
