import { compareValues } from "../../bson/compare.js";
import { isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import type { Scope } from "../../expressions/types.js";
import { compileGroupFields, type GroupField } from "../accumulators/compile.js";
import type { Accumulator } from "../accumulators/types.js";
import type { CompileStage, StageContext } from "../types.js";
import { valueKey } from "../value-key.js";

interface Group {
  readonly id: Value;
  readonly accumulators: readonly Accumulator[];
}

/** `$group`. Groups come in the order in which they first appear. */
export const groupStage: CompileStage = (argument, context) => {
  if (!isDoc(argument)) throw new ServerError(15947, "a group's fields must be specified in an object");
  const idSpec = argument.get("_id");
  if (idSpec === undefined) throw new ServerError(15955, "a group specification must include an _id");
  const id = context.compiler.compile(idSpec);
  const fields = compileGroupFields(
    [...argument].filter(([name]) => name !== "_id"),
    context,
  );
  return function* (docs) {
    const groups = newGroups(fields, context);
    for (const root of docs) {
      const scope = { root, vars: context.vars };
      addToGroup(groups.of(id(scope) ?? null), scope);
    }
    for (const group of groups.all()) yield groupDoc(group, fields);
  };
};

export function addToGroup(group: Group, scope: Scope): void {
  for (const accumulator of group.accumulators) accumulator.add(scope);
}

/** The document of a finished group: `_id` and the fields. */
export function groupDoc(group: Group, fields: readonly GroupField[]): Doc {
  const doc: Doc = new Map([["_id", group.id]]);
  fields.forEach((field, index) => doc.set(field.name, group.accumulators[index]?.result() ?? null));
  return doc;
}

export function newGroup(id: Value, fields: readonly GroupField[], { vars }: StageContext): Group {
  const root: Doc = isDoc(id) ? id : new Map([["_id", id]]);
  return { id, accumulators: fields.map((field) => field.create({ root, vars })) };
}

interface Groups {
  of(id: Value): Group;
  all(): Iterable<Group>;
}

/** Finds groups by hash, or with a collation by order, since texts that differ may be equal. */
function newGroups(fields: readonly GroupField[], context: StageContext): Groups {
  if (context.collation !== undefined) return orderedGroups(fields, context);
  const groups = new Map<string, Group>();
  return {
    of(id) {
      const key = valueKey(id);
      const known = groups.get(key);
      if (known !== undefined) return known;
      const group = newGroup(id, fields, context);
      groups.set(key, group);
      return group;
    },
    all: () => groups.values(),
  };
}

function orderedGroups(fields: readonly GroupField[], context: StageContext): Groups {
  const sorted: Group[] = [];
  return {
    of(id) {
      let low = 0;
      let high = sorted.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        const order = compareValues(sorted[middle]?.id, id, context.compiler.strings);
        if (order === 0) return sorted[middle] as Group;
        if (order < 0) low = middle + 1;
        else high = middle;
      }
      const group = newGroup(id, fields, context);
      sorted.splice(low, 0, group);
      return group;
    },
    all: () => sorted,
  };
}
