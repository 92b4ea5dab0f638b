import { decodeDoc } from "../bson/decode.js";
import { bsonType } from "../bson/layout.js";
import { rawFields, readRawValue, type RawField } from "../bson/raw.js";
import type { Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { RequestMessage } from "../wire/message.js";

/** A command taken out of its message. */
export interface Incoming {
  readonly name: string;
  readonly db: string;
  readonly body: Doc;
  /** An array of documents as raw BSON, whether it came beside the command or inside it. */
  readonly rawDocs: (name: string) => readonly Buffer[] | undefined;
}

/** Arguments that are stored as they come, so that decoding them would be for nothing. */
const keptRaw: Readonly<Record<string, string>> = { insert: "documents" };

/** @throws ServerError InvalidBSON, or what an old-style message may not ask */
export function readCommand(message: RequestMessage): Incoming {
  const raw = new Map<string, readonly Buffer[]>(message.sequences);
  const body: Doc = new Map();
  let name = "";
  for (const field of rawFields(message.body)) {
    if (body.size === 0 && raw.size === message.sequences.size) name = field.name;
    if (field.type === bsonType.array && keptRaw[name] === field.name)
      raw.set(field.name, rawItems(message.body, field));
    else body.set(field.name, readRawValue(message.body, field));
  }
  return { name, db: databaseOf(message, body), body, rawDocs: (field) => raw.get(field) };
}

function rawItems(body: Buffer, array: RawField): Buffer[] {
  const items: Buffer[] = [];
  for (const field of rawFields(body, array.start)) {
    if (field.type !== bsonType.object) {
      const message = `BSON field 'insert.${array.name}.${field.name}' is the wrong type, expected type 'object'`;
      throw new ServerError("TypeMismatch", message);
    }
    items.push(body.subarray(field.start, field.start + field.size));
  }
  return items;
}

/** Documents of an argument that may have come either way, decoded. */
export function decodeAll(docs: readonly Buffer[]): Doc[] {
  return docs.map((doc) => decodeDoc(doc));
}

function databaseOf(message: RequestMessage, body: Doc): string {
  if (message.namespace !== undefined) return message.namespace.replace(/\.\$cmd$/, "");
  const db = body.get("$db");
  if (typeof db !== "string") throw new ServerError(40571, "OP_MSG requests require a $db argument");
  if (db === "" || db.length > 63 || /[/\\. "$\0]/.test(db.replace("$external", ""))) {
    throw new ServerError("InvalidNamespace", `Invalid database name: '${db}'`);
  }
  return db;
}
