import { isDoc, UtcDate, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { expressionCompiler } from "../expressions/compile.js";
import { checkBindableName, systemVariables } from "../expressions/paths.js";
import type { Query } from "../kernel/types.js";
import { parseCollation, type Collation } from "../query/collation.js";
import { filterFields } from "../query/filter-fields.js";
import { compileFilter } from "../query/matcher.js";
import { compileSort } from "../query/sort.js";
import type { Arguments } from "./arguments.js";
import { checkDeadline } from "./execute.js";

export type Variables = ReadonlyMap<string, Value | undefined>;

/** What a command's arguments say about which documents it means. */
export interface QuerySpec {
  readonly filter: Doc;
  readonly sort?: Doc | undefined;
  readonly hint?: string | Doc | undefined;
  readonly collation?: Collation | undefined;
  readonly skip?: number | undefined;
  readonly limit?: number | undefined;
  readonly min?: Doc | undefined;
  readonly max?: Doc | undefined;
  readonly vars?: Variables | undefined;
  readonly deadline?: number | undefined;
}

/** @throws ServerError for whatever in it MongoDB refuses */
export function compileQuery(spec: QuerySpec): Query {
  const { filter, sort, skip, limit, hint, min, max, vars, deadline, collation } = spec;
  const isLimited = [min, max].some((each) => each !== undefined && each.size > 0);
  if (isLimited && !(hint !== undefined && isHint(hint))) {
    throw new ServerError(51173, "When using min()/max() a hint of which index to use must be provided");
  }
  const matcher = compileFilter(filter, { collation, ...(vars && { vars }) });
  const order = sort !== undefined && sort.size > 0 ? sort : undefined;
  return {
    filter,
    matcher,
    filterFields: filterFields(filter),
    ...(order && { sort: order }),
    ...(order && !order.has("$natural") && { compare: compileSort(order, collation) }),
    ...(skip !== undefined && skip > 0 && { skip }),
    ...(limit !== undefined && limit > 0 && { limit }),
    ...(hint !== undefined && isHint(hint) && { hint }),
    ...(min !== undefined && min.size > 0 && { min }),
    ...(max !== undefined && max.size > 0 && { max }),
    ...(collation && { collation }),
    ...(deadline !== undefined && { checkTime: () => checkDeadline(deadline) }),
  };
}

function isHint(hint: string | Doc): boolean {
  return typeof hint === "string" || hint.size > 0;
}

/** The argument `collation`; undefined for none and for the simple one. */
export function collationOf(args: Arguments): Collation | undefined {
  const spec = args.document("collation");
  return spec === undefined || spec.size === 0 ? undefined : parseCollation(spec);
}

/** The argument `hint`: an index by name or by key pattern. */
export function hintOf(args: Arguments, name = "hint"): string | Doc | undefined {
  const hint = args.any(name);
  if (hint === undefined || typeof hint === "string" || isDoc(hint)) return hint;
  throw new ServerError("FailedToParse", "Hint must be a string or an object");
}

/**
 * The variables of a command's `let`, evaluated once, and the system's `$$NOW` and `$$CLUSTER_TIME`.
 * Source: MongoDB manual, "let" of find, update, delete, findAndModify and aggregate
 */
export function variablesOf(args: Arguments, now = Date.now()): Variables {
  const vars = new Map<string, Value>();
  for (const [name, value] of systemVariables(new UtcDate(BigInt(now)))) if (value !== undefined) vars.set(name, value);
  const given = args.document("let");
  if (given === undefined) return vars;
  const compiler = expressionCompiler(vars.keys());
  for (const [name, value] of given) {
    checkBindableName(name);
    const result = compiler.compile(value)({ root: new Map(), vars });
    if (result !== undefined) vars.set(name, result);
  }
  return vars;
}
