import type { MovementKind, MovementLineDoc } from "../../db/collections.js";
import type { LedgerEntry } from "../../inventory/model.js";
import { signed } from "./format.js";
import type { Look } from "./look.js";
import { type Column, idWidth } from "./table.js";
import { visible } from "./visible.js";

/** A stock movement as `ledger --json` shows it. */
export interface MovementView {
  readonly movement_id: string;
  readonly kind: MovementKind;
  readonly at: string;
  readonly lines: readonly MovementLineDoc[];
  readonly order_id: string | null;
  readonly run: string | null;
  readonly reason: string | null;
  readonly by: string;
}

export function movementView(entry: LedgerEntry): MovementView {
  return {
    movement_id: entry._id,
    kind: entry.kind,
    at: entry.at.toISOString(),
    lines: entry.lines,
    order_id: entry.order_id === undefined ? null : String(entry.order_id),
    run: entry.run_id ?? null,
    reason: entry.reason ?? null,
    by: entry.by,
  };
}

/** One line of a movement: the ledger's table has a row for each. */
export interface LedgerRow {
  readonly movement: MovementView;
  readonly line: MovementLineDoc | undefined;
}

/**
 * A movement without lines (it closes an order's key) has one row all the same.
 * @param productId only the lines of this product
 */
export function ledgerRows(movement: MovementView, productId?: string): readonly LedgerRow[] {
  if (movement.lines.length === 0) return [{ movement, line: undefined }];
  const lines = movement.lines.filter(({ product_id }) => productId === undefined || product_id === productId);
  return lines.map((line) => ({ movement, line }));
}

/** The columns of `warehouse ledger`. */
export function ledgerColumns(look: Look): readonly Column<LedgerRow>[] {
  return [
    { header: "When", cell: ({ movement }) => look.time(new Date(movement.at)), wrapsTo: 10, optional: true },
    { header: "Kind", cell: ({ movement }) => movement.kind },
    { header: "Product", cell: ({ line }) => visible(line?.product_id ?? "-"), wrapsTo: 8 },
    { header: "Units", cell: ({ line }) => (line === undefined ? "-" : signed(line.delta)), align: "right" },
    // The order's id on one line, so that it can be copied, before when it was.
    { header: "For", cell: ({ movement }) => visible(movement.order_id ?? movement.reason ?? "-"), wrapsTo: idWidth },
    { header: "By", cell: ({ movement }) => visible(movement.by), wrapsTo: 8, optional: true },
  ];
}
