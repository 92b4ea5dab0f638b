import { toText } from "../bson/extended-json.js";
import { isNumber, toDouble } from "../bson/numbers.js";
import { docOf, Int32, isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { compileFilter } from "../query/matcher.js";

const knownOptions = new Set(
  ["v", "key", "name", "ns", "unique", "sparse", "hidden", "background", "expireAfterSeconds", "collation"].concat([
    "partialFilterExpression",
    "clustered",
    "prepareUnique",
    "storageEngine",
  ]),
);
const MAX_FIELDS = 31;
const MAX_EXPIRY = 2147483647;

/**
 * Checks an index specification and gives it the form in which it is stored and listed.
 * @throws ServerError CannotCreateIndex, InvalidIndexSpecificationOption, FailedToParse and so on, as `createIndexes`
 * Source: MongoDB manual, "createIndexes"
 */
export function normalIndexSpec(spec: Doc): Doc {
  for (const name of spec.keys()) {
    if (knownOptions.has(name)) continue;
    const message = `The field '${name}' is not valid for an index specification. Specification: ${toText(spec)}`;
    throw new ServerError("InvalidIndexSpecificationOption", message);
  }
  const key = checkedKey(spec);
  const name = spec.get("name");
  if (typeof name !== "string") throw required("name");
  if (name === "" || name === "*") throw cannotCreate(`Error in specification ${toText(spec)} :: index name '${name}'`);
  refuseUnsupported(spec);
  const partial = checkedPartial(spec);
  return docOf({
    v: new Int32(2),
    key,
    name,
    ...(flag(spec, "unique") && { unique: true }),
    ...(flag(spec, "sparse") && { sparse: true }),
    ...(flag(spec, "hidden") && { hidden: true }),
    ...(partial && { partialFilterExpression: partial }),
    ...expiryOf(spec, key),
  });
}

/** Whether two specifications ask for the same entries: then only one of them can exist. */
export function sameEntries(left: Doc, right: Doc): boolean {
  return ["key", "unique", "sparse", "partialFilterExpression"].every(
    (name) => comparable(left.get(name)) === comparable(right.get(name)),
  );
}

/** `1`, `1.0` and Long 1 mean the same direction. */
function comparable(value: Value | undefined): string {
  if (isDoc(value)) return `{${[...value].map(([name, field]) => `${name}:${comparable(field)}`).join()}}`;
  if (isNumber(value)) return String(toDouble(value));
  return value === undefined ? "" : toText(value);
}

function checkedKey(spec: Doc): Doc {
  const key = spec.get("key");
  if (key === undefined) throw required("key");
  if (!isDoc(key)) throw new ServerError("TypeMismatch", "The field 'key' must be an object");
  if (key.size === 0) throw cannotCreate("Index keys cannot be empty.");
  if (key.size > MAX_FIELDS) throw cannotCreate(`Index keys cannot have more than ${MAX_FIELDS} fields`);
  for (const [path, direction] of key) checkField(path, direction);
  return key;
}

function checkField(path: string, direction: Value): void {
  if (path === "" || path.split(".").includes("")) throw cannotCreate("Index keys cannot contain an empty field.");
  if (path.includes("$")) throw notSupported(`an index on '${path}'`);
  if (typeof direction === "string") throw notSupported(`an index of type '${direction}'`);
  if (!isNumber(direction)) throw cannotCreate(`Values in v:2 index key pattern cannot be of type ${typeof direction}`);
  const number = toDouble(direction);
  if (number === 0 || Number.isNaN(number)) throw cannotCreate("Values in the index key pattern cannot be 0.");
}

function refuseUnsupported(spec: Doc): void {
  const collation = spec.get("collation");
  if (isDoc(collation) && collation.get("locale") !== "simple") throw notSupported("an index with a collation");
  if (flag(spec, "clustered")) throw notSupported("a clustered index");
}

function checkedPartial(spec: Doc): Doc | undefined {
  const partial = spec.get("partialFilterExpression");
  if (partial === undefined) return undefined;
  if (!isDoc(partial)) throw new ServerError("TypeMismatch", "The field 'partialFilterExpression' must be an object");
  if (flag(spec, "sparse")) throw cannotCreate('cannot mix "partialFilterExpression" and "sparse" options');
  checkPartialFilter(partial);
  compileFilter(partial);
  return partial;
}

const partialOperators = new Set(["$eq", "$gt", "$gte", "$lt", "$lte", "$exists", "$type", "$in"]);

function checkPartialFilter(filter: Doc): void {
  for (const [name, condition] of filter) {
    if ((name === "$and" || name === "$or") && isArray(condition)) condition.filter(isDoc).forEach(checkPartialFilter);
    else if (name.startsWith("$") || !isAllowed(condition)) {
      throw cannotCreate(`Expression not supported in partial index: ${toText(filter)}`);
    }
  }
}

function isAllowed(condition: Value): boolean {
  if (!isDoc(condition)) return true;
  const operators = [...condition].filter(([name]) => name.startsWith("$"));
  return operators.every(([name, operand]) => partialOperators.has(name) && !(name === "$exists" && operand === false));
}

function expiryOf(spec: Doc, key: Doc): { expireAfterSeconds?: Value } {
  const expiry = spec.get("expireAfterSeconds");
  if (expiry === undefined) return {};
  if (!isNumber(expiry)) throw cannotCreate("TTL index 'expireAfterSeconds' option must be numeric");
  const seconds = toDouble(expiry);
  if (!(seconds >= 0 && seconds <= MAX_EXPIRY)) {
    throw cannotCreate("TTL index 'expireAfterSeconds' option must be within an acceptable range, try a lower number");
  }
  if (key.size > 1) {
    throw cannotCreate("TTL indexes are single-field indexes, compound indexes do not support TTL");
  }
  if (key.has("_id")) throw invalidOption("The field 'expireAfterSeconds' is not valid for an _id index specification");
  return { expireAfterSeconds: expiry };
}

function flag(spec: Doc, name: string): boolean {
  const value = spec.get(name);
  return isNumber(value) ? toDouble(value) !== 0 : value === true;
}

function required(name: string): ServerError {
  return new ServerError("FailedToParse", `The '${name}' field is a required property of an index specification`);
}

function cannotCreate(message: string): ServerError {
  return new ServerError("CannotCreateIndex", message);
}

function invalidOption(message: string): ServerError {
  return new ServerError("InvalidIndexSpecificationOption", message);
}

function notSupported(what: string): ServerError {
  return new ServerError("CommandNotSupported", `The embedded engine does not support ${what}`);
}
