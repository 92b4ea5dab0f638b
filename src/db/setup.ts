import { type Db, type Document, type IndexDescription, MongoServerError } from "mongodb";
import { isUnauthorized } from "./errors.js";

/** Raised when indexes or validators change, so that existing databases are brought up to date. */
const version = 1;

interface Wanted {
  readonly indexes: readonly IndexDescription[];
  /** `$jsonSchema` properties, no stricter than other programs' documents can bear. */
  readonly properties: Document;
}

const wanted: Readonly<Record<string, Wanted>> = {
  products: {
    indexes: [],
    properties: { quantity: { bsonType: "number", minimum: 0 } },
  },
  orders: {
    indexes: [
      { key: { key: 1 }, unique: true, partialFilterExpression: { key: { $type: "string" } } },
      { key: { status: 1, _id: 1 } },
      { key: { run_id: 1, _id: 1 } },
    ],
    properties: {},
  },
  stock_movements: {
    indexes: [{ key: { at: 1 } }, { key: { "lines.product_id": 1, at: 1 } }],
    properties: {},
  },
  runs: { indexes: [{ key: { started_at: 1 } }], properties: {} },
};

/**
 * Makes collections, indexes and validators what they should be; costs one command when they are.
 *
 * The validator carries a mark and is set after the indexes, so the mark vouches for both. A validator that
 * another program has set stays.
 * @returns notes on what could not be set up, for people; missing rights are no failure
 */
export async function ensureCollections(db: Db): Promise<string[]> {
  const existing = await existingValidators(db);
  const missing = Object.entries(wanted).filter(([name]) => !isCurrent(name, existing.get(name)));
  const notes = await Promise.all(missing.map(([name, want]) => ensureCollection(db, name, want, existing.get(name))));
  return notes.flat();
}

/** A collection as `ensureCollections` would find it. */
export interface SetupState {
  readonly name: string;
  /** `missing`: not there, or of an older version, so the next command sets it up. */
  readonly state: "missing" | "foreign" | "current";
  /** What a collection that is set up lacks all the same, because somebody dropped it. */
  readonly dropped: readonly IndexDescription[];
}

/** Looks without changing anything. @throws MongoServerError when the user may not look */
export async function inspectCollections(db: Db): Promise<SetupState[]> {
  const list = await db.listCollections({ name: { $in: Object.keys(wanted) } }, { nameOnly: false }).toArray();
  return Promise.all(
    Object.entries(wanted).map(async ([name, { indexes }]) => {
      const info = list.find((each) => each.name === name);
      const state = stateOf(name, info && ((info.options?.["validator"] as Document | undefined) ?? {}));
      if (state === "missing") return { name, state, dropped: [] };
      const keys = (await db.collection(name).indexes()).map(({ key }) => JSON.stringify(key));
      return { name, state, dropped: indexes.filter(({ key }) => !keys.includes(JSON.stringify(key))) };
    }),
  );
}

function stateOf(name: string, validator: Document | undefined): SetupState["state"] {
  if (validator !== undefined && isForeign(validator)) return "foreign";
  return isCurrent(name, validator) ? "current" : "missing";
}

/** By collection; a collection without one has an empty document. */
async function existingValidators(db: Db): Promise<ReadonlyMap<string, Document>> {
  try {
    const list = await db.listCollections({ name: { $in: Object.keys(wanted) } }, { nameOnly: false }).toArray();
    return new Map(list.map((info) => [info.name, (info.options?.["validator"] as Document | undefined) ?? {}]));
  } catch (error) {
    if (isUnauthorized(error)) return new Map();
    throw error;
  }
}

async function ensureCollection(db: Db, name: string, want: Wanted, validator?: Document): Promise<string[]> {
  const notes = await ensureIndexes(db, name, want.indexes);
  if (validator !== undefined && isForeign(validator)) {
    return [...notes, `${name} has another program's validator, which stays`];
  }
  const trouble = await troubleOf(() => setValidator(db, name, validatorOf(name, want)));
  return trouble === undefined ? notes : [...notes, `The validator of ${name} could not be set: ${trouble}`];
}

async function ensureIndexes(db: Db, name: string, indexes: readonly IndexDescription[]): Promise<string[]> {
  const notes: string[] = [];
  for (const { key, ...options } of indexes) {
    const trouble = await troubleOf(() => db.createIndex(name, key, options));
    if (trouble !== undefined)
      notes.push(`The index of ${name} on ${Object.keys(key).join(", ")} is missing: ${trouble}`);
  }
  return notes;
}

/** What the server says against it; lost connections and bugs are thrown. */
async function troubleOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof MongoServerError && !error.hasErrorLabel("RetryableWriteError")) return error.message;
    throw error;
  }
}

/** Documents that another program left invalid stay changeable: `moderate` checks only what was valid before. */
async function setValidator(db: Db, name: string, validator: Document): Promise<void> {
  const options = { validator, validationLevel: "moderate" };
  try {
    await db.command({ collMod: name, ...options });
  } catch (error) {
    if (!hasCode(error, "NamespaceNotFound")) throw error;
    await createCollection(db, name, options);
  }
}

async function createCollection(db: Db, name: string, options: Document): Promise<void> {
  try {
    await db.createCollection(name, options);
  } catch (error) {
    if (!hasCode(error, "NamespaceExists")) throw error;
    await db.command({ collMod: name, ...options });
  }
}

function hasCode(error: unknown, codeName: string): boolean {
  return error instanceof MongoServerError && error.codeName === codeName;
}

function validatorOf(name: string, want: Wanted): Document {
  return { $jsonSchema: { description: markOf(name), properties: want.properties } };
}

function markOf(name: string): string {
  return `warehouse: ${name}, version ${version}`;
}

function isCurrent(name: string, validator: Document | undefined): boolean {
  return descriptionOf(validator) === markOf(name);
}

function isForeign(validator: Document): boolean {
  return Object.keys(validator).length > 0 && descriptionOf(validator)?.startsWith("warehouse: ") !== true;
}

function descriptionOf(validator: Document | undefined): string | undefined {
  const schema = validator?.["$jsonSchema"] as Document | undefined;
  return schema?.["description"] as string | undefined;
}
