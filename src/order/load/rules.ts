import { z } from "zod";
import { expected, textRule, visibleTextRule, wholeNumberRule } from "../../shared/json-rules.js";
import { countOf } from "../../shared/json-text.js";

const maxLines = 10_000;
const maxIdCharacters = 256;

const lineRule = z.object(
  { product_id: textRule(maxIdCharacters), quantity: wholeNumberRule(1, 1_000_000) },
  { error: expected("an order line { product_id, quantity }") },
);

const linesText = `an array of 1 to ${countOf(maxLines)} order lines`;

/** The length comes first, so that a list far too long is one error and not one per line. */
const linesRule = z
  .array(z.unknown(), { error: expected(linesText) })
  .refine((lines) => lines.length >= 1 && lines.length <= maxLines, { error: expected(linesText) })
  .pipe(z.array(lineRule));

/** One order of an order file (`CONTRACT.md`, "process"). */
export const orderRule = z.object(
  { products: linesRule, address: visibleTextRule(10_000), order_id: textRule(maxIdCharacters).optional() },
  { error: expected("an order { products, address }") },
);

export const orderFields: ReadonlySet<string> = new Set(Object.keys(orderRule.shape));
export const lineFields: ReadonlySet<string> = new Set(Object.keys(lineRule.shape));
