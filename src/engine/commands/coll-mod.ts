import { equalValues } from "../bson/compare.js";
import { docOf, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Collection, IndexSpec, Unit } from "../kernel/types.js";
import type { Reply } from "../wire/reply.js";
import { Arguments } from "./arguments.js";
import { checkValidation } from "./collection-options.js";
import { namespaceText, type CommandTable, type Request } from "./command.js";
import { namespaceOf } from "./namespace.js";

const optionNames = ["validator", "validationLevel", "validationAction", "changeStreamPreAndPostImages"];

const indexArguments = {
  name: "string",
  keyPattern: "object",
  expireAfterSeconds: "number",
  hidden: "flag",
  unique: "flag",
  prepareUnique: "flag",
};

async function collMod(request: Request): Promise<Reply> {
  const ns = namespaceOf(request);
  const changed = [...request.args.doc].filter(([name]) => optionNames.includes(name));
  const index = request.args.document("index");
  const fields = await request.write((unit) => {
    const collection = unit.collection(ns);
    if (collection === undefined) throw new ServerError("NamespaceNotFound", `ns does not exist: ${namespaceText(ns)}`);
    if (changed.length > 0) setOptions(unit, collection, changed);
    return index === undefined
      ? new Map<string, Value>()
      : changeIndex(unit, collection, Arguments.of(index, indexArguments, "collMod.index"));
  });
  return { fields };
}

/** An empty validator takes the old one away. */
function setOptions(unit: Unit, collection: Collection, changed: readonly (readonly [string, Value])[]): void {
  const options: Doc = new Map([...collection.options, ...changed]);
  const validator = options.get("validator");
  if (validator instanceof Map && validator.size === 0) options.delete("validator");
  checkValidation(options);
  unit.setOptions(collection.ns, options);
}

function changeIndex(unit: Unit, collection: Collection, args: Arguments): Doc {
  const index = findIndex(collection, args);
  if (args.flag("unique") || args.flag("prepareUnique")) {
    throw new ServerError("CommandNotSupported", "This server does not make an index unique afterwards: build it anew");
  }
  const seconds = args.any("expireAfterSeconds") === undefined ? undefined : Number(args.long("expireAfterSeconds"));
  const hidden = args.any("hidden") === undefined ? undefined : args.flag("hidden");
  if (seconds === undefined && hidden === undefined) {
    throw new ServerError("InvalidOptions", "no expireAfterSeconds, hidden, unique, or prepareUnique field");
  }
  if (hidden !== undefined && index.name === "_id_") throw new ServerError("BadValue", "can't hide _id index");
  unit.changeIndex(collection, index.name, {
    ...(seconds !== undefined && { expireAfterSeconds: seconds }),
    ...(hidden !== undefined && { hidden }),
  });
  return docOf({
    expireAfterSeconds_old:
      seconds === undefined || index.expireAfterSeconds === undefined ? undefined : BigInt(index.expireAfterSeconds),
    expireAfterSeconds_new: seconds === undefined ? undefined : BigInt(seconds),
    hidden_old: hidden === undefined ? undefined : index.hidden,
    hidden_new: hidden,
  });
}

function findIndex(collection: Collection, args: Arguments): IndexSpec {
  const name = args.text("name");
  const key = args.document("keyPattern");
  if ((name === undefined) === (key === undefined)) {
    throw new ServerError("InvalidOptions", "must specify either index name or key pattern");
  }
  const index = collection.indexes.find((each) =>
    name === undefined ? equalValues(each.key, key) : each.name === name,
  );
  if (index !== undefined) return index;
  throw new ServerError(
    "IndexNotFound",
    `cannot find index ${name ?? "of that key pattern"} for ns ${namespaceText(collection.ns)}`,
  );
}

export const collModCommands: CommandTable = {
  collMod: {
    args: {
      index: "object",
      validator: "object",
      validationLevel: "string",
      validationAction: "string",
      changeStreamPreAndPostImages: "object",
    },
    writes: true,
    run: collMod,
  },
};
