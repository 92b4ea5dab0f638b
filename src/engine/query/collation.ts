import { compareStrings, type CompareStrings } from "../bson/compare.js";
import { toText } from "../bson/extended-json.js";
import { isNumber, toExactLong } from "../bson/numbers.js";
import { typeName } from "../bson/typename.js";
import { Int32, docOf, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";

/** How an operation compares texts; absent for plain comparison by code point. */
export interface Collation {
  /** The specification with all its defaults, as `listIndexes` and `listCollections` show it. */
  readonly spec: Doc;
  readonly compare: CompareStrings;
}

interface Options {
  readonly locale: string;
  readonly strength: number;
  readonly caseLevel: boolean;
  readonly caseFirst: "off" | "upper" | "lower";
  readonly numericOrdering: boolean;
  readonly alternate: string;
  readonly maxVariable: string;
  readonly normalization: boolean;
  readonly backwards: boolean;
}

const knownFields: ReadonlySet<string> = new Set([
  "locale",
  "strength",
  "caseLevel",
  "caseFirst",
  "numericOrdering",
  "alternate",
  "maxVariable",
  "normalization",
  "backwards",
  "version",
]);

/**
 * Reads a collation specification.
 * @returns undefined for the simple collation, which compares by code point
 * @throws ServerError BadValue or FailedToParse for a wrong specification, CommandNotSupported for levels that the
 * Unicode library of the runtime does not offer
 * Source: MongoDB manual, "Collation"; Unicode TR 10 by way of ICU
 */
export function parseCollation(spec: Doc): Collation | undefined {
  for (const name of spec.keys()) {
    if (!knownFields.has(name)) {
      throw new ServerError(40415, `BSON field 'collation.${name}' is an unknown field.`);
    }
  }
  if (!spec.has("locale")) {
    throw new ServerError(40414, "BSON field 'collation.locale' is missing but a required field");
  }
  if (spec.get("locale") === "simple") {
    if (spec.size === 1) return undefined;
    throw invalid(`If 'locale' is 'simple', no other fields may be present in: ${toText(spec)}`);
  }
  const options = readOptions(spec);
  return { spec: normalized(options), compare: comparator(options) };
}

function invalid(message: string): ServerError {
  return new ServerError("BadValue", message);
}

function readOptions(spec: Doc): Options {
  const locale = readText(spec, "locale", "");
  const options: Options = {
    locale,
    strength: readStrength(spec),
    caseLevel: readFlag(spec, "caseLevel"),
    caseFirst: readChoice(spec, "caseFirst", ["off", "upper", "lower"] as const),
    numericOrdering: readFlag(spec, "numericOrdering"),
    alternate: readChoice(spec, "alternate", ["non-ignorable", "shifted"] as const),
    maxVariable: readChoice(spec, "maxVariable", ["punct", "space"] as const),
    normalization: readFlag(spec, "normalization"),
    backwards: spec.has("backwards") ? readFlag(spec, "backwards") : /^fr[-_]CA/.test(locale),
  };
  refuseUnsupported(options);
  return options;
}

function readText(spec: Doc, name: string, fallback: string): string {
  const value = spec.get(name);
  if (value === undefined) return fallback;
  if (typeof value !== "string") throw wrongType(name, value, "string");
  return value;
}

function wrongType(name: string, value: Value, expected: string): ServerError {
  const message = `BSON field 'collation.${name}' is the wrong type '${typeName(value)}', expected type '${expected}'`;
  return new ServerError("TypeMismatch", message);
}

function readFlag(spec: Doc, name: string): boolean {
  const value = spec.get(name);
  if (value === undefined) return false;
  if (typeof value !== "boolean") throw wrongType(name, value, "bool");
  return value;
}

function readChoice<Choice extends string>(spec: Doc, name: string, choices: readonly [Choice, ...Choice[]]): Choice {
  const value = readText(spec, name, choices[0]);
  const choice = choices.find((known) => known === value);
  if (choice === undefined) {
    throw invalid(`Enumeration value '${value}' for field 'collation.${name}' is not a valid value.`);
  }
  return choice;
}

function readStrength(spec: Doc): number {
  const value = spec.get("strength");
  if (value === undefined) return 3;
  if (!isNumber(value)) throw wrongType("strength", value, "int");
  const strength = Number(toExactLong(value) ?? 0n);
  if (strength < 1 || strength > 5) {
    throw new ServerError(51024, `BSON field 'strength' value must be >= 1 and <= 5, actual value '${toText(value)}'`);
  }
  return strength;
}

function refuseUnsupported(options: Options): void {
  const refused = (what: string): ServerError => {
    return new ServerError("CommandNotSupported", `Collation with ${what} is not supported by this server`);
  };
  if (options.backwards !== /^fr[-_]CA/.test(options.locale)) throw refused(`backwards: ${options.backwards}`);
  if (options.alternate !== "shifted") return;
  if (options.maxVariable === "space") throw refused("alternate: shifted and maxVariable: space");
  if (options.strength > 3) throw refused("alternate: shifted and a strength above 3");
}

function normalized(options: Options): Doc {
  return docOf({ ...options, strength: new Int32(options.strength), version: process.versions["icu"] ?? "unknown" });
}

/** ICU's names (`de_DE@collation=phonebook`) as the runtime takes them (`de-DE-u-co-phonebk`). */
function languageTag(locale: string): string {
  const [name = "", keywords = ""] = locale.split("@");
  const order = /(?:^|;)collation=(\w+)/.exec(keywords)?.[1];
  const orders: Readonly<Record<string, string>> = { phonebook: "phonebk", traditional: "trad", dictionary: "dict" };
  const tag = name.replaceAll("_", "-");
  return order === undefined ? tag : `${tag}-u-co-${orders[order] ?? order}`;
}

function supportedTag(options: Options): string {
  const tag = languageTag(options.locale);
  const fault = invalid(`Field 'locale' is invalid in: { locale: "${options.locale}" }`);
  try {
    if (Intl.Collator.supportedLocalesOf(tag).length === 0) throw fault;
  } catch (error) {
    if (error instanceof RangeError) throw fault;
    throw error;
  }
  return tag;
}

function comparator(options: Options): CompareStrings {
  const tag = supportedTag(options);
  const level = (sensitivity: "base" | "accent" | "case" | "variant"): CompareStrings =>
    new Intl.Collator(tag, {
      sensitivity,
      numeric: options.numericOrdering,
      caseFirst: options.caseFirst === "off" ? "false" : options.caseFirst,
      ignorePunctuation: options.alternate === "shifted",
    }).compare;
  if (options.strength === 1) return options.caseLevel ? level("case") : level("base");
  if (options.strength === 2) return options.caseLevel ? inOrder([level("accent"), level("case")]) : level("accent");
  const levels = options.caseLevel ? [level("accent"), level("case"), level("variant")] : [level("variant")];
  return inOrder(options.strength === 5 ? [...levels, compareIdentical] : levels);
}

function inOrder(levels: readonly CompareStrings[]): CompareStrings {
  return (left, right) => {
    for (const compare of levels) {
      const order = compare(left, right);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareIdentical(left: string, right: string): number {
  return compareStrings(left.normalize("NFD"), right.normalize("NFD"));
}
