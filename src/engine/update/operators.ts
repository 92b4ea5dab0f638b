import { FieldPatch, patchDoc } from "../bson/patch.js";
import { isAscii } from "../bson/text.js";
import { typeName } from "../bson/typename.js";
import { isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { checkIdentifiers, type ArrayFilters } from "./array-filters.js";
import type { FieldNames } from "../query/filter-fields.js";
import { showField } from "./text.js";
import { parseBit, parseInc, parseMul } from "./operators/arithmetic.js";
import { parseAddToSet, parsePop } from "./operators/arrays.js";
import { parseCurrentDate, parseMax, parseMin, parseSet, parseSetOnInsert, parseUnset } from "./operators/fields.js";
import { parsePull, parsePullAll } from "./operators/pull.js";
import { parsePush } from "./operators/push.js";
import { addRename } from "./operators/rename.js";
import { arrayIdentifier, parsePath } from "./paths.js";
import { addOperation, newBranch, sortTree, type Branch } from "./tree.js";
import type { ParseContext, ParseOperation, UpdateContext, Updater } from "./types.js";
import { applyToDoc } from "./walk.js";
import { checkSameId } from "./ids.js";

/** The update operators that stand for one change at one path. `$rename` has two and is added apart. */
const operators: ReadonlyMap<string, ParseOperation> = new Map([
  ["$addToSet", parseAddToSet],
  ["$bit", parseBit],
  ["$currentDate", parseCurrentDate],
  ["$inc", parseInc],
  ["$max", parseMax],
  ["$min", parseMin],
  ["$mul", parseMul],
  ["$pop", parsePop],
  ["$pull", parsePull],
  ["$pullAll", parsePullAll],
  ["$push", parsePush],
  ["$set", parseSet],
  ["$setOnInsert", parseSetOnInsert],
  ["$unset", parseUnset],
]);

/**
 * Compiles an update of operators such as `{ $inc: { quantity: -2 } }`.
 * @throws ServerError FailedToParse for an unknown operator, ConflictingUpdateOperators for paths that meet
 */
export function compileOperators(update: Doc, arrayFilters: ArrayFilters, context: ParseContext): Updater {
  const root = newBranch();
  const identifiers = new Map<string, string>();
  for (const [operator, argument] of update) addOperator(root, operator, argument, { context, identifiers });
  checkIdentifiers(arrayFilters, identifiers, update);
  sortTree(root);
  return {
    kind: "operators",
    fields: fieldsOf(root),
    patch: patchOf(root),
    apply(doc: Doc, run: UpdateContext): Doc {
      const next = applyToDoc(root, doc, {
        doc,
        path: [],
        arrayFilters,
        positional: run.positional,
        isInsert: run.isInsert,
        now: run.now,
      });
      if (next !== doc) checkSameId(doc, next, "path");
      return next;
    },
  };
}

/** A name such as `$` stands for whatever the query matched. */
function fieldsOf({ children }: Branch): FieldNames {
  const names = [...children.keys()];
  return names.some((name) => name.startsWith("$")) ? undefined : new Set(["_id", ...names]);
}

/** As many fields as there are bits to tell which were met. */
const MAX_PATCHES = 30;

function patchOf({ children }: Branch): Updater["patch"] {
  const patches: FieldPatch[] = [];
  for (const [name, child] of children) {
    const raw = child.kind === "leaf" ? child.operation.raw : undefined;
    if (raw === undefined || name === "_id" || !isAscii(name)) return undefined;
    patches.push(new FieldPatch(name, raw));
  }
  return patches.length > MAX_PATCHES ? undefined : (bytes) => patchDoc(bytes, patches);
}

interface Collected {
  readonly context: ParseContext;
  /** The identifiers that paths use, each with one such path. */
  readonly identifiers: Map<string, string>;
}

function addOperator(root: Branch, operator: string, argument: Value, collected: Collected): void {
  const parse = operators.get(operator);
  if (parse === undefined && operator !== "$rename") {
    const message = `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`;
    throw new ServerError("FailedToParse", message);
  }
  if (!isDoc(argument)) {
    const example = `For example: {$mod: {<field>: ...}} not {${showField(operator, argument)}}`;
    const message = `Modifiers operate on fields but we found type ${typeName(argument)} instead. ${example}`;
    throw new ServerError("FailedToParse", message);
  }
  for (const [path, value] of argument) {
    if (parse === undefined) addRename(root, path, value);
    else addAt(root, path, parse(value, path, collected.context), collected);
  }
}

function addAt(root: Branch, path: string, operation: ReturnType<ParseOperation>, collected: Collected): void {
  const parts = parsePath(path);
  for (const part of parts) {
    const identifier = arrayIdentifier(part);
    if (identifier !== undefined && identifier !== "") collected.identifiers.set(identifier, path);
  }
  addOperation(root, parts, operation);
}
