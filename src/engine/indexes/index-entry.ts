import type { Direction } from "../bson/keys.js";
import { isNumber, toDouble } from "../bson/numbers.js";
import { rawKeyReader, type RawKeyReader } from "../bson/raw-keys.js";
import { docOf, isArray, isDoc, type Doc } from "../bson/types.js";
import type { IndexSpec } from "../kernel/types.js";
import { type FieldNames, rootOf } from "../query/filter-fields.js";
import { compileFilter, type Matcher } from "../query/matcher.js";

/** An index, ready to read and write its entries. */
export interface IndexEntry extends IndexSpec {
  /** Never used again for another index. */
  readonly id: number;
  /** Before each of its entries' keys. */
  readonly prefix: Buffer;
  /** Where it keeps what it has met: see `multikeyBit` and `cutBit`. */
  readonly bitsKey: Buffer;
  readonly paths: readonly string[];
  readonly directions: readonly Direction[];
  readonly keys: RawKeyReader;
  /** The top-level fields in which the paths begin. */
  readonly rootFields: FieldNames;
  /** The top-level fields by whose change an index can change; `_id` never does. */
  readonly changesWith: ReadonlySet<string>;
  /** Tells of the fields named whether the index has an entry for a document. */
  readonly partial: { readonly matcher: Matcher; readonly fields: readonly string[] } | undefined;
}

/** The name of the index on `_id`, whose entries are the documents themselves. */
export const idIndexName = "_id_";

/** Set for the field at this place in the key once a document had an array there. */
export function multikeyBit(field: number): number {
  return 1 << field;
}

/** Set once a key was too long and cut: the order of entries is no longer exact. */
export const cutBit = 1 << 31;

/** Prepares an index from its specification as stored. */
export function indexEntry(id: number, spec: Doc): IndexEntry {
  const key = docField(spec, "key") ?? docOf({});
  const paths = [...key.keys()];
  const directions = [...key.values()].map((value): Direction => (isNumber(value) && toDouble(value) < 0 ? -1 : 1));
  const partialFilter = docField(spec, "partialFilterExpression");
  const expiry = spec.get("expireAfterSeconds");
  const rootFields = new Set(paths.map(rootOf));
  const partialFields = partialFilter === undefined ? [] : [...fieldsIn(partialFilter)];
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(id);
  return {
    id,
    prefix,
    bitsKey: Buffer.from(`bits/${id}`),
    name: spec.get("name") as string,
    key,
    paths,
    directions,
    unique: spec.get("unique") === true,
    sparse: spec.get("sparse") === true,
    hidden: spec.get("hidden") === true,
    partialFilter,
    expireAfterSeconds: isNumber(expiry) ? toDouble(expiry) : undefined,
    spec,
    keys: rawKeyReader(paths, directions),
    rootFields,
    changesWith: new Set([...rootFields, ...partialFields].filter((name) => name !== "_id")),
    partial: partialFilter && { matcher: compileFilter(partialFilter), fields: partialFields },
  };
}

/** The top-level fields that a filter looks at. */
function fieldsIn(filter: Doc): Set<string> {
  const fields = new Set<string>();
  for (const [name, condition] of filter) {
    if (!name.startsWith("$")) fields.add(name.split(".", 1)[0] as string);
    else if (isArray(condition))
      for (const each of condition.filter(isDoc)) fieldsIn(each).forEach((one) => fields.add(one));
  }
  return fields;
}

function docField(doc: Doc, name: string): Doc | undefined {
  const value = doc.get(name);
  return isDoc(value) ? value : undefined;
}
