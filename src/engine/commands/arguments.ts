import { toDouble, isNumber, toLong, toExactLong } from "../bson/numbers.js";
import { typeName, type TypeName } from "../bson/typename.js";
import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";

/** What an argument may be: type names joined by `|`, `number` and `flag` for every number, `any`; `!` when required. */
export type ArgumentTypes = Readonly<Record<string, string>>;

const numbers: readonly TypeName[] = ["long", "int", "decimal", "double"];
const families: Readonly<Record<string, readonly TypeName[]>> = { number: numbers, flag: ["bool", ...numbers] };

export interface CheckOptions {
  /** Further names that are let in unchecked. */
  readonly generic?: ReadonlySet<string>;
  /** Whether a required field came in another way. */
  readonly isElsewhere?: (field: string) => boolean;
}

/**
 * Checks a document's fields against what is known: unknown ones, wrong types and missing ones are refused as MongoDB
 * does. A null counts as a field left out.
 * @param where the command, or the path, that messages name
 * @throws ServerError IDLUnknownField, TypeMismatch, IDLFailedToParse
 */
export function checkArguments(doc: Doc, types: ArgumentTypes, where: string, options: CheckOptions = {}): void {
  const { generic, isElsewhere } = options;
  for (const [name, value] of doc) {
    if (generic?.has(name) === true) continue;
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (type === undefined) {
      throw new ServerError("IDLUnknownField", `BSON field '${where}.${name}' is an unknown field.`);
    }
    if (value !== null) checkType(value, type, `${where}.${name}`);
  }
  for (const [name, type] of Object.entries(types)) {
    if (!type.endsWith("!") || (doc.get(name) ?? null) !== null || isElsewhere?.(name) === true) continue;
    throw missingField(`${where}.${name}`);
  }
}

export function missingField(field: string): ServerError {
  return new ServerError("IDLFailedToParse", `BSON field '${field}' is missing but a required field`);
}

function checkType(value: Value, type: string, field: string): void {
  const allowed = allowedTypes(type);
  if (allowed === undefined) return;
  const actual = typeName(value);
  if (!allowed.includes(actual)) throw wrongType(field, actual, allowed);
}

const parsedTypes = new Map<string, readonly TypeName[] | undefined>();

function allowedTypes(type: string): readonly TypeName[] | undefined {
  if (parsedTypes.has(type)) return parsedTypes.get(type);
  const names = type.replace("!", "").split("|");
  const allowed = names.flatMap((name) => families[name] ?? [name as TypeName]);
  const known = names.includes("any") ? undefined : allowed;
  parsedTypes.set(type, known);
  return known;
}

function wrongType(field: string, actual: string, allowed: readonly string[]): ServerError {
  const [only] = allowed;
  const expected = allowed.length === 1 ? `expected type '${only}'` : `expected types '[${allowed.join(", ")}]'`;
  return new ServerError("TypeMismatch", `BSON field '${field}' is the wrong type '${actual}', ${expected}`);
}

/** A checked document of arguments; a null reads as a field left out. */
export class Arguments {
  readonly doc: Doc;
  readonly where: string;

  constructor(doc: Doc, where: string) {
    this.doc = doc;
    this.where = where;
  }

  /** Checks a nested document of arguments, such as one of an update's statements. */
  static of(doc: Doc, types: ArgumentTypes, where: string): Arguments {
    checkArguments(doc, types, where);
    return new Arguments(doc, where);
  }

  any(name: string): Value | undefined {
    return this.doc.get(name) ?? undefined;
  }

  document(name: string): Doc | undefined {
    const value = this.doc.get(name);
    return isDoc(value) ? value : undefined;
  }

  documentOrEmpty(name: string): Doc {
    return this.document(name) ?? new Map<string, Value>();
  }

  list(name: string): readonly Value[] | undefined {
    const value = this.doc.get(name);
    return isArray(value) ? value : undefined;
  }

  text(name: string): string | undefined {
    const value = this.doc.get(name);
    return typeof value === "string" ? value : undefined;
  }

  /** A bool, or a number that is not 0. */
  flag(name: string, fallback = false): boolean {
    const value = this.doc.get(name) ?? undefined;
    if (value === undefined) return fallback;
    return isNumber(value) ? toDouble(value) !== 0 : value === true;
  }

  long(name: string): bigint | undefined {
    const value = this.doc.get(name);
    return isNumber(value) ? toLong(value) : undefined;
  }

  /**
   * A whole number of at least `least`.
   * @throws ServerError Location51024 below it, FailedToParse when it is not whole
   */
  count(name: string, least = 0): number | undefined {
    const value = this.doc.get(name);
    if (!isNumber(value)) return undefined;
    const whole = toExactLong(value);
    if (whole === undefined) {
      throw new ServerError("FailedToParse", `Expected an integer: ${this.where}.${name}: ${toDouble(value)}`);
    }
    if (whole < BigInt(least)) {
      const message = `BSON field '${name}' value must be >= ${least}, actual value '${whole}'`;
      throw new ServerError(51024, message);
    }
    return Number(whole);
  }
}
