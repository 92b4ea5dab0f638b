import {
  countKeys,
  findDuplicateKeys,
  type JsonPassage,
  type JsonProblem,
  locateIssues,
  parseJson,
} from "../../shared/json-check.js";
import { describeValue, type JsonPath } from "../../shared/json-text.js";
import { summedLines } from "../../shared/lines.js";
import type { OrderLine } from "../model.js";
import { lineFields, orderFields, orderRule } from "./rules.js";

/** What an order file says of one order, after the rules. */
export interface OrderContent {
  readonly order_id?: string;
  /** No product twice: repeated ones are summed, at their first place. */
  readonly lines: readonly OrderLine[];
  /** To the byte as in the file. */
  readonly address: string;
}

export type CheckedText =
  | { readonly kind: "good"; readonly content: OrderContent; readonly unknownFields: readonly string[] }
  | { readonly kind: "bad"; readonly problems: readonly JsonProblem[] }
  /** Not JSON: what follows in a document cannot be trusted either. */
  | { readonly kind: "broken"; readonly problem: JsonProblem };

/**
 * Checks the text of one order against every rule of `CONTRACT.md`; its errors all at once, each with its place.
 * @param wantPlaces without, the errors are only good for counting: finding places costs far more than a check
 */
export function checkOrderText(passage: JsonPassage, wantPlaces = true): CheckedText {
  const parsed = parseJson(passage);
  if (parsed.kind === "broken") return parsed;
  const result = orderRule.safeParse(parsed.value);
  if (!result.success) {
    const issues = result.error.issues;
    if (!wantPlaces)
      return { kind: "bad", problems: issues.map(({ message }) => ({ ...passage.origin, path: "", message })) };
    return { kind: "bad", problems: inTextOrder([...locateIssues(passage, issues), ...findDuplicateKeys(passage)]) };
  }
  const { products, address, order_id } = result.data;
  const content = { ...(order_id === undefined ? {} : { order_id }), lines: summedLines(products), address };
  const keys = 2 + (order_id === undefined ? 0 : 1) + 2 * products.length;
  if (parsed.keys === keys) return { kind: "good", content, unknownFields: [] };
  // The text has more keys than a valid order: they stand twice, or are unknown.
  if (parsed.keys !== countKeys(parsed.value)) return { kind: "bad", problems: findDuplicateKeys(passage) };
  return { kind: "good", content, unknownFields: unknownFieldsOf(parsed.value) };
}

/** A top-level `orders` that is no array: the file means a list, so the message speaks of that. */
export function ordersNotArray(value: unknown, passage: JsonPassage): JsonProblem | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "orders")) return undefined;
  const orders = (value as Readonly<Record<string, unknown>>)["orders"];
  const path: JsonPath = ["orders"];
  const message = `Expected an array of orders, got ${describeValue(orders)}`;
  return locateIssues({ ...passage, path: [] }, [{ path, message }])[0];
}

function inTextOrder(problems: readonly JsonProblem[]): JsonProblem[] {
  return [...problems].sort((left, right) => left.line - right.line || left.column - right.column);
}

function unknownFieldsOf(value: unknown): string[] {
  const order = value as Readonly<Record<string, unknown>>;
  const found = new Set(Object.keys(order).filter((key) => !orderFields.has(key)));
  for (const line of order["products"] as readonly object[]) {
    for (const key of Object.keys(line)) if (!lineFields.has(key)) found.add(`products[].${key}`);
  }
  return [...found];
}
