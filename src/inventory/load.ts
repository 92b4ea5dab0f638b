import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { asUnreadable, unreadableFile } from "../shared/file-errors.js";
import { InputProblems } from "../shared/input-problems.js";
import {
  findDuplicateKeys,
  type JsonIssue,
  type JsonPassage,
  type JsonProblem,
  locateIssues,
  parseJson,
} from "../shared/json-check.js";
import { expected, textRule, visibleTextRule, wholeNumberRule } from "../shared/json-rules.js";
import { invalidUtf8At, type Place, placesOf } from "../shared/json-text.js";
import type { ProductSeed } from "./model.js";

/** A catalogue is read whole, so it has a limit. */
const maxFileBytes = 64 * 1024 * 1024;
const maxPrice = 1_000_000_000;
const start: Place = { line: 1, column: 1 };

const priceText = "a price from 0 to 1,000,000,000";
const productRule = z.object(
  {
    _id: textRule(256),
    name: visibleTextRule(1_000),
    price: z
      .number({ error: expected(priceText) })
      .refine((price) => price >= 0 && price <= maxPrice, { error: expected(priceText) }),
    quantity: wholeNumberRule(0, 1_000_000_000),
  },
  { error: expected("a product { _id, name, price, quantity }") },
);
const productsRule = z.array(productRule, { error: expected("an array of products { _id, name, price, quantity }") });

/**
 * Reads the products of a `seed` file: an array of `{ _id, name, price, quantity }`, or the one under `products`
 * where an object holds it beside something else (the scenarios in `fixtures` do).
 * @throws WarehouseError `unreadable_file`; `invalid_input` with every error, its line and its path in `details.errors`
 */
export async function loadProducts(path: string): Promise<readonly ProductSeed[]> {
  const checked = checkBytes(await readWhole(path));
  if ("products" in checked) return checked.products;
  const problems = new InputProblems();
  problems.add(path, checked.problems);
  throw problems.toError();
}

type Checked = { readonly products: readonly ProductSeed[] } | { readonly problems: readonly JsonProblem[] };

function checkBytes(bytes: Buffer): Checked {
  const invalid = invalidUtf8At(bytes);
  if (invalid >= 0) {
    const before = bytes.toString("utf8", 0, invalid);
    const [place = start] = placesOf(before, [before.length], start);
    return { problems: [{ ...place, path: "", message: "Not UTF-8 from here; save the file as UTF-8" }] };
  }
  const text = bytes.toString().replace(/^\ufeff/, "");
  if (text.trim() === "") return { problems: [{ ...start, path: "", message: "The file is empty" }] };
  return checkProducts(text);
}

function checkProducts(text: string): Checked {
  const parsed = parseJson({ text, origin: start, path: [] });
  if (parsed.kind === "broken") return { problems: [parsed.problem] };
  const inside = hasProducts(parsed.value);
  const result = productsRule.safeParse(inside ? parsed.value.products : parsed.value);
  const issues = result.success ? repeatedIds(result.data) : result.error.issues;
  const passage: JsonPassage = { text, origin: start, path: inside ? [] : ["products"] };
  const located = inside ? issues.map(({ path, message }) => ({ path: ["products", ...path], message })) : issues;
  const problems = [...locateIssues(passage, located), ...findDuplicateKeys(passage)];
  if (result.success && problems.length === 0) return { products: result.data };
  return { problems: problems.sort((left, right) => left.line - right.line || left.column - right.column) };
}

function hasProducts(value: unknown): value is { readonly products: unknown } {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "products");
}

function repeatedIds(products: readonly ProductSeed[]): JsonIssue[] {
  const first = new Map<string, number>();
  return products.flatMap(({ _id }, index) => {
    const earlier = first.get(_id);
    if (earlier === undefined) first.set(_id, index);
    return earlier === undefined
      ? []
      : [{ path: [index, "_id"], message: `The _id is also that of products[${earlier}]` }];
  });
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw unreadableFile(path, `${path} is a directory; name a product file`);
    if (!found.isFile() && !found.isFIFO()) throw unreadableFile(path, `${path} is a device; name a product file`);
    if (found.size > maxFileBytes) throw unreadableFile(path, `${path} is larger than 64 MB; seed it in parts`);
    return await readFile(path);
  } catch (error) {
    throw asUnreadable(path, error);
  }
}
