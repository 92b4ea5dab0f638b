import { toText } from "../bson/extended-json.js";
import { isDoc, type Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { parseCollation } from "../query/collation.js";
import { compileFilter } from "../query/matcher.js";

/** Arguments of `create`. */
export const createArguments = {
  validator: "object",
  validationLevel: "string",
  validationAction: "string",
  collation: "object",
  storageEngine: "object",
  indexOptionDefaults: "object",
  idIndex: "object",
  autoIndexId: "flag",
  changeStreamPreAndPostImages: "object",
  capped: "flag",
  size: "number",
  max: "number",
  viewOn: "string",
  pipeline: "array",
  timeseries: "object",
  clusteredIndex: "object|bool",
  expireAfterSeconds: "any",
  encryptedFields: "object",
  temp: "flag",
  flags: "number",
};

/** Kinds of collections that are not built. */
const refused = ["viewOn", "timeseries", "clusteredIndex", "encryptedFields", "expireAfterSeconds"];
const kept = ["validator", "validationLevel", "validationAction", "storageEngine", "changeStreamPreAndPostImages"];

const choices: Readonly<Record<string, readonly string[]>> = {
  validationLevel: ["off", "strict", "moderate"],
  validationAction: ["error", "warn"],
};

/**
 * The options that a new collection keeps.
 * @throws ServerError CommandNotSupported for kinds of collections that are not built
 */
export function checkedOptions(args: Doc): Doc {
  const option = refused.find((name) => (args.get(name) ?? null) !== null);
  if (option !== undefined) throw notSupported(`Option '${option}' of create is not supported by this server`);
  if (args.get("capped") === true) throw notSupported("Capped collections are not supported by this server");
  const collation = args.get("collation");
  if (isDoc(collation) && parseCollation(collation) !== undefined) {
    throw notSupported("A collection's default collation is not supported by this server");
  }
  const options: Doc = new Map([...args].filter(([name, value]) => kept.includes(name) && value !== null));
  checkValidation(options);
  return options;
}

/** @throws ServerError for a validator that does not compile, or unknown levels and actions */
export function checkValidation(options: Doc): void {
  const validator = options.get("validator");
  if (isDoc(validator)) compileFilter(validator);
  for (const [name, allowed] of Object.entries(choices)) {
    const value = options.get(name);
    if (value !== undefined && !(typeof value === "string" && allowed.includes(value))) {
      throw new ServerError("BadValue", `Enumeration value ${toText(value)} for field '${name}' is not a valid value.`);
    }
  }
}

function notSupported(message: string): ServerError {
  return new ServerError("CommandNotSupported", message);
}
