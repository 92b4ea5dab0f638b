/**
 * BSON values as the engine holds them: every type of the specification keeps its identity, so that an int stays an
 * int and 1.10 stays 1.10.
 *
 * JavaScript's own types stand for the commonest: `number` is a double, `bigint` a 64-bit long, `Map` a document (a
 * plain object would reorder fields such as "1"), an array an array. The rest are the small classes below.
 * Source: bsonspec.org, version 1.1
 */
export type Value =
  | null
  | boolean
  | string
  | number
  | bigint
  | Int32
  | Decimal128
  | ObjectId
  | UtcDate
  | Timestamp
  | Binary
  | Regex
  | Code
  | DbPointer
  | Symbol_
  | Undefined
  | MinKey
  | MaxKey
  | Doc
  | readonly Value[];

/** Exists for the compiler only: tells classes of the same shape apart. */
declare const kind: unique symbol;

/** A document: its fields in order. */
export type Doc = Map<string, Value>;

export class Int32 {
  declare readonly [kind]: "Int32";
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** IEEE 754-2008 decimal128 (BID), kept as its 16 stored bytes. */
export class Decimal128 {
  declare readonly [kind]: "Decimal128";
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** Kept as 24 lower-case hex digits: comparable, hashable, never a view into a pooled buffer. */
export class ObjectId {
  declare readonly [kind]: "ObjectId";
  readonly hex: string;
  constructor(hex: string) {
    this.hex = hex;
  }
}

/** Milliseconds since 1970 UTC, over BSON's whole 64-bit range. */
export class UtcDate {
  declare readonly [kind]: "UtcDate";
  readonly ms: bigint;
  constructor(ms: bigint) {
    this.ms = ms;
  }
}

/** Seconds in the high, a counter in the low 32 bits, unsigned. */
export class Timestamp {
  declare readonly [kind]: "Timestamp";
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

export class Binary {
  declare readonly [kind]: "Binary";
  readonly subtype: number;
  readonly bytes: Uint8Array;
  constructor(subtype: number, bytes: Uint8Array) {
    this.subtype = subtype;
    this.bytes = bytes;
  }
}

export class Regex {
  declare readonly [kind]: "Regex";
  readonly pattern: string;
  /** BSON's option letters in alphabetical order. */
  readonly options: string;
  constructor(pattern: string, options: string) {
    this.pattern = pattern;
    this.options = options;
  }
}

/** JavaScript code, with its scope for the type 0x0F. */
export class Code {
  declare readonly [kind]: "Code";
  readonly code: string;
  readonly scope: Doc | undefined;
  constructor(code: string, scope?: Doc) {
    this.code = code;
    this.scope = scope;
  }
}

export class DbPointer {
  declare readonly [kind]: "DbPointer";
  readonly namespace: string;
  readonly id: ObjectId;
  constructor(namespace: string, id: ObjectId) {
    this.namespace = namespace;
    this.id = id;
  }
}

export class Symbol_ {
  declare readonly [kind]: "Symbol_";
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

/** BSON's deprecated type 0x06. A field that is not there is JavaScript's `undefined`. */
export class Undefined {
  declare readonly [kind]: "Undefined";
  static readonly instance = new Undefined();
}

export class MinKey {
  declare readonly [kind]: "MinKey";
  static readonly instance = new MinKey();
}

export class MaxKey {
  declare readonly [kind]: "MaxKey";
  static readonly instance = new MaxKey();
}

/** Builds a document from a literal, leaving out fields that are `undefined`; for replies and tests. */
export function docOf(fields: Readonly<Record<string, Value | undefined>>): Doc {
  const doc: Doc = new Map();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) doc.set(name, value);
  return doc;
}

export function isDoc(value: Value | undefined): value is Doc {
  return value instanceof Map;
}

export function isArray(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}
