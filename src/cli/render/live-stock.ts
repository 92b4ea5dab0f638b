import type { RecentMovement, StockLevel } from "../../inventory/model.js";
import { count, counted, signed } from "./format.js";
import { liveLines } from "./live.js";
import type { Look } from "./look.js";
import { levelsBefore, sparkline } from "./sparkline.js";
import type { Column } from "./table.js";
import { visible } from "./visible.js";

/** What `stock --watch` shows. */
export interface LiveStock {
  readonly levels: readonly StockLevel[];
  readonly recent: ReadonlyMap<string, readonly RecentMovement[]>;
  /** All products there are to show. */
  readonly products: number;
}

/** How many of a product's last movements the sparkline tells of. */
export const trendLength = 12;

export interface LiveRoom {
  readonly columns: number;
  readonly rows: number;
  /** The database, for people. */
  readonly place: string;
  readonly pace: string;
}

export function liveStockLines({ levels, recent, products }: LiveStock, room: LiveRoom, look: Look): string[] {
  const rows = levels.map((level) => ({ level, recent: recent.get(level.product_id) ?? [] }));
  const omitted = products - levels.length;
  return liveLines(
    {
      ...room,
      title: "Stock",
      facts: counted(products, "product"),
      columns: columnsOf(look),
      rows,
      empty: "There are no products yet.",
      omitted: omitted > 0 ? `… and ${counted(omitted, "more product")}; name products to watch only those` : "",
    },
    room,
    look,
  );
}

interface Row {
  readonly level: StockLevel;
  readonly recent: readonly RecentMovement[];
}

function columnsOf(look: Look): readonly Column<Row>[] {
  return [
    { header: "Product", cell: ({ level }) => visible(level.product_id), wrapsTo: 8 },
    { header: "Name", cell: ({ level }) => visible(level.name), wrapsTo: 6, optional: true },
    { header: "Quantity", cell: ({ level }) => count(level.quantity), align: "right" },
    { header: "Allocated", cell: ({ level }) => count(level.allocated), align: "right", optional: true },
    { header: "Trend", cell: trendOf, align: "right", optional: true },
    { header: "Last", cell: ({ recent }) => signed(recent.at(-1)?.delta ?? 0), align: "right", optional: true },
    { header: "When", cell: ({ recent }) => timeOf(recent.at(-1), look), optional: true },
  ];
}

function trendOf({ level, recent }: Row): string {
  const deltas = recent.map(({ delta }) => delta);
  return deltas.length === 0 ? "" : sparkline(levelsBefore(level.quantity, deltas)).padStart(trendLength + 1);
}

function timeOf(movement: RecentMovement | undefined, look: Look): string {
  return movement === undefined ? "" : look.time(movement.at);
}
