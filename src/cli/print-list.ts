import type { Printer } from "./printer.js";
import { type Column, tableRenderer } from "./render/table.js";
import type { Look } from "./render/look.js";
import { terminalSafeJson } from "./render/visible.js";

export interface ListPrinting<Item, Row> {
  /** What an item is in `--json` and for the rows. */
  readonly view: (item: Item) => unknown;
  readonly rows: (item: Item) => readonly Row[];
  readonly columns: (look: Look) => readonly Column<Row>[];
  /** What to say when there is none. */
  readonly empty: string;
}

/** Rows laid out at a time; the first page decides the widths. */
const pageRows = 200;
/** Up to here a failure half-way still leaves a clean error document on stdout. */
const heldBack = 4 * 1024 * 1024;

/**
 * Prints a list of any length in flat memory.
 * @returns how many items there were
 */
export async function printList<Item, Row>(
  out: Printer,
  items: AsyncIterable<Item>,
  printing: ListPrinting<Item, Row>,
): Promise<number> {
  return out.options.json ? printJsonList(out, items, printing.view) : printTable(out, items, printing);
}

async function printJsonList<Item>(
  out: Printer,
  items: AsyncIterable<Item>,
  view: (item: Item) => unknown,
): Promise<number> {
  let held = "[";
  let printed = 0;
  for await (const item of items) {
    held += `${printed === 0 ? "" : ","}\n  ${terminalSafeJson(JSON.stringify(view(item)))}`;
    printed += 1;
    if (held.length < heldBack) continue;
    await out.write(held);
    held = "";
    if (out.unread) return printed;
  }
  await out.write(`${held}${printed === 0 ? "" : "\n"}]\n`);
  return printed;
}

async function printTable<Item, Row>(
  out: Printer,
  items: AsyncIterable<Item>,
  { rows, columns, empty }: ListPrinting<Item, Row>,
): Promise<number> {
  let table: ReturnType<typeof tableRenderer<Row>> | undefined;
  let page: Row[] = [];
  let printed = 0;
  const flush = async (): Promise<void> => {
    const header = table === undefined;
    table ??= tableRenderer(columns(out.outLook), page, out.outLook);
    await out.write(table.page(page, { header }));
    page = [];
  };
  for await (const item of items) {
    printed += 1;
    page.push(...rows(item));
    if (page.length < pageRows) continue;
    await flush();
    if (out.unread) return printed;
  }
  if (printed === 0) await out.write(`${empty}\n`);
  else if (page.length > 0) await flush();
  return printed;
}
