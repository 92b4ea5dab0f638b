import { showField } from "../text.js";
import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { identicalValues } from "../identical.js";
import { isPositional, parsePath } from "../paths.js";
import { addOperation, type Branch } from "../tree.js";
import type { Run } from "../types.js";

/**
 * Adds a `$rename` to the tree: the value is set at the destination and removed at the source, in one walk, so that
 * conflicts with other operators on either path are found.
 * @throws ServerError BadValue for a path that is dynamic, not a string or the same as the other
 */
export function addRename(root: Branch, from: string, to: Value): void {
  if (typeof to !== "string") {
    throw new ServerError("BadValue", `The 'to' field for $rename must be a string: ${showField(from, to)}`);
  }
  const source = staticPath(from, "source");
  const target = staticPath(to, "destination");
  if (from === to) {
    throw new ServerError("BadValue", `The source and target field for $rename must differ: ${showField(from, to)}`);
  }
  addOperation(root, source, { whenMissing: "skip", change: () => undefined });
  addOperation(root, target, {
    whenMissing: "create",
    change(current, run) {
      const value = readPlain(run, source, "source");
      if (value === undefined) return current;
      readPlain(run, target, "destination");
      return current !== undefined && identicalValues(current, value) ? current : value;
    },
  });
}

function staticPath(path: string, role: "source" | "destination"): string[] {
  const parts = parsePath(path);
  if (parts.some(isPositional)) {
    throw new ServerError("BadValue", `The ${role} field for $rename may not be dynamic: ${path}`);
  }
  return parts;
}

/** The value at a path of documents alone: `$rename` does not reach into arrays. */
function readPlain(run: Run, parts: readonly string[], role: "source" | "destination"): Value | undefined {
  let value: Value | undefined = run.doc;
  for (const [depth, part] of parts.entries()) {
    if (isArray(value)) throw arrayOnTheWay(run.doc, parts, depth, role);
    if (!isDoc(value)) return undefined;
    value = value.get(part);
  }
  return value;
}

function arrayOnTheWay(doc: Doc, parts: readonly string[], depth: number, role: string): ServerError {
  const where = `'${parts.join(".")}' in doc with ${showField("_id", doc.get("_id"))}`;
  const message = `The ${role} field cannot be an array element, ${where} has an array field called '${parts[depth - 1] ?? ""}'`;
  return new ServerError("BadValue", message);
}
