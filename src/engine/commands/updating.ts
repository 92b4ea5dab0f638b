import { encodeDoc } from "../bson/encode.js";
import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { typeName } from "../bson/typename.js";
import { ServerError } from "../errors.js";
import { newObjectId } from "../kernel/new-id.js";
import type { Collection, Match, Namespace, Query, ReplaceOptions, StoredDoc, Unit } from "../kernel/types.js";
import { compileUpdate } from "../update/compile.js";
import type { Updater } from "../update/types.js";
import { upsertDocument } from "../update/upsert.js";
import { compileQuery, type QuerySpec, type Variables } from "./query.js";

/** One update, of a statement or of findAndModify. */
export interface UpdateSpec extends QuerySpec {
  readonly update: Value | undefined;
  readonly constants?: Doc | undefined;
  readonly arrayFilters?: Value | undefined;
  readonly upsert: boolean;
  readonly multi: boolean;
  readonly bypassValidation: boolean;
}

export interface CompiledUpdate {
  readonly query: Query;
  readonly spec: UpdateSpec;
  readonly updater: Updater;
}

/** What one update did. */
export interface UpdateOutcome {
  readonly matched: number;
  readonly modified: number;
  /** The new document of an upsert. */
  readonly upserted: StoredDoc | undefined;
  /** The last document matched, before and after. */
  readonly before: StoredDoc | undefined;
  readonly after: StoredDoc | undefined;
  readonly match: Match | undefined;
}

/** @throws ServerError for what MongoDB refuses in the filter, the update, or both together */
export function compileUpdateSpec(spec: UpdateSpec): CompiledUpdate {
  const { update, multi } = spec;
  if (!isDoc(update) && !isArray(update)) {
    const found = update === undefined ? "missing" : typeName(update);
    throw new ServerError("FailedToParse", `Update argument must be either an object or an array, found ${found}`);
  }
  const query = compileQuery({ ...spec, limit: multi ? undefined : 1 });
  const vars: Variables = new Map([...(spec.vars ?? []), ...(spec.constants ?? [])]);
  const options = { collation: spec.collation, vars, arrayFilters: spec.arrayFilters };
  const updater = compileUpdate(update, options);
  if (multi && updater.kind === "replacement") {
    throw new ServerError("FailedToParse", "multi update is not supported for replacement-style update");
  }
  if (multi && spec.sort !== undefined) throw new ServerError("FailedToParse", "Cannot specify sort with multi=true");
  if (spec.constants !== undefined && updater.kind !== "pipeline") {
    throw new ServerError(51198, "Constant values may only be specified for pipeline updates");
  }
  return { query, spec, updater };
}

/** Changes the first match, or all, or inserts when there is none and the update is an upsert. */
export function applyUpdate(unit: Unit, ns: Namespace, { query, updater, spec }: CompiledUpdate): UpdateOutcome {
  const collection = unit.collection(ns);
  const now = BigInt(Date.now());
  const { fields } = updater;
  const options = { bypassValidation: spec.bypassValidation, kind: kindOf(updater), fields };
  let [matched, modified] = [0, 0];
  let last: Pick<UpdateOutcome, "before" | "after" | "match"> = {
    before: undefined,
    after: undefined,
    match: undefined,
  };
  if (collection !== undefined) {
    for (const match of unit.find(collection, query)) {
      const after = changeMatch(unit, collection, match, { updater, now, options });
      matched++;
      if (after !== match.stored) modified++;
      last = { before: match.stored, after, match };
    }
  }
  const upserted = matched === 0 && spec.upsert ? insertUpsert(unit, ns, spec, updater, now) : undefined;
  return { matched, modified, upserted, ...last };
}

interface Changing {
  readonly updater: Updater;
  readonly now: bigint;
  readonly options: ReplaceOptions;
}

/** @returns the document after the update, the very same when it changes nothing */
function changeMatch(unit: Unit, collection: Collection, match: Match, { updater, now, options }: Changing): StoredDoc {
  const { stored, result } = match;
  const patched = updater.patch?.(stored.bytes);
  if (patched !== undefined) {
    return patched === stored.bytes ? stored : unit.rewrite(collection, stored, patched, options);
  }
  const old = stored.part(updater.fields);
  const next = updater.apply(old, { positional: result.positional, now });
  return next === old ? stored : unit.replace(collection, stored, next, options);
}

function kindOf(updater: Updater): "update" | "replace" {
  return updater.kind === "replacement" ? "replace" : "update";
}

function insertUpsert(unit: Unit, ns: Namespace, spec: UpdateSpec, updater: Updater, now: bigint): StoredDoc {
  const doc = upsertDocument(spec.filter, updater, { now, newId: newObjectId });
  const options = { bypassValidation: spec.bypassValidation };
  return unit.insert(unit.ensureCollection(ns), encodeDoc(doc), options);
}
