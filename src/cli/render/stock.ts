import type { StockChange, StockLevel } from "../../inventory/model.js";
import { count, money, signed } from "./format.js";
import type { Look } from "./look.js";
import { type Column, renderTable } from "./table.js";
import { visible } from "./visible.js";

const levelColumns: readonly Column<StockLevel>[] = [
  { header: "Product", cell: ({ product_id }) => visible(product_id), wrapsTo: 8 },
  { header: "Name", cell: ({ name }) => visible(name), wrapsTo: 8 },
  { header: "Price", cell: ({ price }) => money(price), align: "right" },
  { header: "Quantity", cell: ({ quantity }) => count(quantity), align: "right" },
  { header: "Allocated", cell: ({ allocated }) => count(allocated), align: "right" },
];

/** What can still be sold, and what is taken by orders on their way. */
export function renderStock(levels: readonly StockLevel[], look: Look): string {
  return levels.length === 0 ? "There are no products yet.\n" : renderTable(levelColumns, levels, look);
}

const changeColumns: readonly Column<StockChange>[] = [
  { header: "Product", cell: ({ product_id }) => visible(product_id), wrapsTo: 8 },
  { header: "Before", cell: ({ before }) => count(before), align: "right" },
  { header: "Change", cell: ({ before, after }) => signed(after - before), align: "right" },
  { header: "After", cell: ({ after }) => count(after), align: "right" },
];

export function renderStockChange(change: StockChange, look: Look): string {
  return renderTable(changeColumns, [change], look);
}

/** What `seed` did. */
export interface Seeding {
  /** Everything was emptied first. */
  readonly reset: boolean;
  readonly products: readonly StockChange[];
}

export function renderSeeding({ reset, products }: Seeding, look: Look): string {
  const emptied = reset ? "Emptied products, orders, ledger and runs.\n" : "";
  return (
    emptied + (products.length === 0 ? "The file has no products in it.\n" : renderTable(changeColumns, products, look))
  );
}
