import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isNullish, nameOfType } from "../../expressions/arguments.js";
import { splitPath } from "../../expressions/paths.js";
import { plainValue, withField } from "../field-writes.js";
import type { CompileStage } from "../types.js";

interface UnwindSpec {
  readonly path: readonly string[];
  readonly indexPath: readonly string[] | undefined;
  readonly keepEmpty: boolean;
}

/** `$unwind`: one document for each element of an array. */
export const unwindStage: CompileStage = (argument) => {
  const spec = parseUnwind(argument);
  return function* (docs) {
    for (const doc of docs) yield* unwind(doc, spec);
  };
};

function* unwind(doc: Doc, { path, indexPath, keepEmpty }: UnwindSpec): Generator<Doc> {
  const value = plainValue(doc, path);
  const withIndex = (out: Doc, index: bigint | null) =>
    indexPath === undefined ? out : withField(out, indexPath, index);
  if (!isArray(value)) {
    if (keepEmpty || !isNullish(value)) yield withIndex(doc, null);
  } else if (value.length === 0) {
    if (keepEmpty) yield withIndex(withField(doc, path, undefined), null);
  } else {
    for (const [index, item] of value.entries()) yield withIndex(withField(doc, path, item), BigInt(index));
  }
}

function parseUnwind(argument: Value): UnwindSpec {
  if (typeof argument === "string") return { path: unwindPath(argument), indexPath: undefined, keepEmpty: false };
  if (!isDoc(argument)) {
    const message = `expected either a string or an object as specification for $unwind stage, got ${nameOfType(argument)}`;
    throw new ServerError(15981, message);
  }
  const known = ["path", "includeArrayIndex", "preserveNullAndEmptyArrays"];
  const unknown = [...argument.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ServerError(28811, `unrecognized option to $unwind stage: ${unknown}`);
  const path = argument.get("path");
  if (path === undefined) throw new ServerError(28812, "no path specified to $unwind stage");
  if (typeof path !== "string") {
    throw new ServerError(28808, `expected a string as the path for $unwind stage, got ${nameOfType(path)}`);
  }
  return {
    path: unwindPath(path),
    indexPath: indexPathOf(argument.get("includeArrayIndex")),
    keepEmpty: keepEmptyOf(argument.get("preserveNullAndEmptyArrays")),
  };
}

function unwindPath(path: string): string[] {
  if (path.startsWith("$")) return splitPath(path.slice(1));
  throw new ServerError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
}

function indexPathOf(value: Value | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "") {
    const message = `expected a non-empty string for the includeArrayIndex  option to $unwind stage, got ${nameOfType(value)}`;
    throw new ServerError(28810, message);
  }
  if (!value.startsWith("$")) return splitPath(value);
  const message = `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${value}`;
  throw new ServerError(28822, message);
}

function keepEmptyOf(value: Value | undefined): boolean {
  if (value === undefined || typeof value === "boolean") return value ?? false;
  const message = `expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got ${nameOfType(value)}`;
  throw new ServerError(28809, message);
}
