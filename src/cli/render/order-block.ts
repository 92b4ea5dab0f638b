import stringWidth from "string-width";
import type { OrderLineDoc } from "../../db/collections.js";
import { hanging } from "./fold.js";
import { count, money, units } from "./format.js";
import type { Look } from "./look.js";
import { visible, visibleStart } from "./visible.js";

export interface OrderBlock {
  /** What the order is called here, `#1`. */
  readonly mark: string;
  readonly order_id: string | null;
  readonly products: readonly OrderLineDoc[];
  readonly address: string;
  readonly total: number | null;
}

const shownLines = 12;
const shownAddress = 200;

/** An order as a few lines that fit any width: id and total, what, where to. */
export function orderBlock({ mark, order_id, products, address, total }: OrderBlock, look: Look): string {
  const indent = " ".repeat(stringWidth(mark) + 4);
  const head = `  ${look.paint.strong(mark)}  ${visible(order_id ?? "(not recorded)")}  ${money(total)}`;
  const where = address === "" ? "(no address)" : visibleStart(address, shownAddress);
  const body = [linesText(products), where].flatMap((text) => hanging(indent, text, look));
  return [head, ...body].map((line) => `${line}\n`).join("");
}

/** Products and units on one line: `2 × prod1, 1 × prod2`. Another program may have left none that can be read. */
export function linesText(products: readonly OrderLineDoc[]): string {
  if (products.length === 0) return "(no lines that can be read)";
  const texts = products
    .slice(0, shownLines)
    .map(({ product_id, quantity }) => `${units(quantity)} × ${visible(product_id)}`);
  const rest = products.length - shownLines;
  return [...texts, ...(rest > 0 ? [`… and ${count(rest)} more`] : [])].join(", ");
}
