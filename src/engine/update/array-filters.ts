import { toText } from "../bson/extended-json.js";
import { typeName } from "../bson/typename.js";
import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Collation } from "../query/collation.js";
import { compileFilter, type Matcher } from "../query/matcher.js";

/** The conditions behind `$[identifier]`. */
export interface ArrayFilters {
  /** Whether the condition of the identifier holds for the element; always for the empty one, `$[]`. */
  matches(identifier: string, element: Value): boolean;
  has(identifier: string): boolean;
  readonly identifiers: readonly string[];
}

const identifierPattern = /^[a-z][a-zA-Z0-9]*$/;

/**
 * Compiles `arrayFilters`. Each filter's fields begin with its one identifier, so an element is matched as a document
 * of one field under that name.
 * @throws ServerError FailedToParse for a filter without, with two, or with a repeated identifier
 */
export function compileArrayFilters(filters: readonly Value[], collation?: Collation): ArrayFilters {
  const matchers = new Map<string, Matcher>();
  for (const filter of filters) {
    if (!isDoc(filter)) throw new ServerError("TypeMismatch", `Array filters must be objects, found ${toText(filter)}`);
    const identifier = identifierOf(filter);
    if (matchers.has(identifier)) {
      const message = `Found multiple array filters with the same top-level field name ${identifier}`;
      throw new ServerError("FailedToParse", message);
    }
    matchers.set(identifier, compileFilter(filter, { collation, plain: true }));
  }
  return {
    identifiers: [...matchers.keys()],
    has: (identifier) => identifier === "" || matchers.has(identifier),
    matches: (identifier, element) =>
      identifier === "" || matchers.get(identifier)?.matches(new Map([[identifier, element]])) === true,
  };
}

function identifierOf(filter: Doc): string {
  const names = new Set(fieldNames(filter));
  const [identifier, other] = names;
  if (identifier === undefined) {
    throw new ServerError("FailedToParse", "Cannot use an expression without a top-level field name in arrayFilters");
  }
  if (other !== undefined) {
    const message = `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${identifier}' and '${other}'`;
    throw new ServerError("FailedToParse", message);
  }
  if (identifierPattern.test(identifier)) return identifier;
  const message = `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${identifier}'`;
  throw new ServerError("BadValue", message);
}

/** The first parts of all field names, also below `$and`, `$or` and `$nor`. */
function* fieldNames(filter: Doc): Generator<string> {
  for (const [name, value] of filter) {
    if (!name.startsWith("$")) yield name.split(".", 1)[0] ?? name;
    else if (isArray(value)) for (const clause of value) if (isDoc(clause)) yield* fieldNames(clause);
  }
}

/** Refuses a filter that no path of the update uses, and a path whose identifier has no filter. */
export function checkIdentifiers(filters: ArrayFilters, used: ReadonlyMap<string, string>, update: Doc): void {
  for (const [identifier, path] of used) {
    if (filters.has(identifier)) continue;
    const message = `No array filter found for identifier '${identifier}' in path '${path}'`;
    throw new ServerError("BadValue", message);
  }
  for (const identifier of filters.identifiers) {
    if (used.has(identifier)) continue;
    const message = `The array filter for identifier '${identifier}' was not used in the update ${toText(update)}`;
    throw new ServerError("FailedToParse", message);
  }
}

/** The option as a list. */
export function arrayFilterList(option: Value | undefined): readonly Value[] {
  if (option === undefined) return [];
  if (isArray(option)) return option;
  throw new ServerError("TypeMismatch", `arrayFilters must be an array, found ${typeName(option)}`);
}
