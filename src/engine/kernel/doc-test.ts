import { bsonType } from "../bson/layout.js";
import { findField } from "../bson/raw.js";
import { isAscii, sameText } from "../bson/text.js";
import type { Doc } from "../bson/types.js";
import { filterFields } from "../query/filter-fields.js";
import { compileFilter, type MatchResult } from "../query/matcher.js";
import type { Query, StoredDoc } from "./types.js";

/** Tells which stored documents a filter accepts. */
export interface DocTest {
  match(stored: StoredDoc): MatchResult | undefined;
}

/** By decoding what the query's filter looks at. */
export class DecodedTest implements DocTest {
  readonly #query: Pick<Query, "matcher" | "filterFields">;

  constructor(query: Pick<Query, "matcher" | "filterFields">) {
    this.#query = query;
  }

  match(stored: StoredDoc): MatchResult | undefined {
    return this.#query.matcher.match(stored.part(this.#query.filterFields));
  }
}

const accepted: MatchResult = {};

/** A text in one field, where there is one: compared as it is stored. */
class TextTest implements DocTest {
  readonly #name: string;
  readonly #text: string;
  readonly #decoded: DocTest;

  constructor(name: string, text: string, decoded: DocTest) {
    this.#name = name;
    this.#text = text;
    this.#decoded = decoded;
  }

  match(stored: StoredDoc): MatchResult | undefined {
    const { bytes } = stored;
    const field = findField(bytes, this.#name);
    if (field?.type !== bsonType.string) return this.#decoded.match(stored);
    const isSame = field.size === this.#text.length + FRAME_BYTES && sameText(this.#text, bytes, field.start + 4);
    return isSame ? accepted : undefined;
  }
}

/** A text's length in front of it, and the zero behind. */
const FRAME_BYTES = 5;

/** The test for a filter that a query leaves open, under the query's collation. */
export function testOf(filter: Doc, { collation }: Query): DocTest {
  const decoded = new DecodedTest({
    matcher: compileFilter(filter, { collation }),
    filterFields: filterFields(filter),
  });
  const [entry] = filter;
  if (entry === undefined || filter.size > 1 || collation !== undefined) return decoded;
  const [name, value] = entry;
  const isPlain = typeof value === "string" && isAscii(value) && !/[$.]/.test(name);
  return isPlain ? new TextTest(name, value, decoded) : decoded;
}
