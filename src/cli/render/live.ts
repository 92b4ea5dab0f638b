import stringWidth from "string-width";
import { cutTo } from "./cut.js";
import type { Look } from "./look.js";
import { type Column, tableRenderer } from "./table.js";
import { visible } from "./visible.js";

/** What stands around the table of a live view. */
export interface LiveFrame<Row> {
  readonly title: string;
  /** Where the data comes from. */
  readonly place: string;
  /** A line under the title. */
  readonly facts: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** What stands there without rows. */
  readonly empty: string;
  /** Rows that there is no room for. */
  readonly omitted: string;
  /** How it learns of changes. */
  readonly pace: string;
}

interface Room {
  readonly columns: number;
  readonly rows: number;
}

/** Title, facts, the table's header and rule, what is omitted, and the last line. */
const aroundRows = 6;

/** How many rows a screen has room for. */
export function roomFor(screenRows: number): number {
  return Math.max(1, screenRows - aroundRows);
}

/** The lines of a live view, as many as the screen has and none wider. */
export function liveLines<Row>(frame: LiveFrame<Row>, room: Room, look: Look): string[] {
  const { title, facts, columns, rows, empty, omitted } = frame;
  const shown = rows.slice(0, roomFor(room.rows));
  const table = tableRenderer(columns, shown, { ...look, width: room.columns })
    .page(shown, { header: true, cut: true })
    .split("\n")
    .slice(0, -1);
  const head = [
    beside(look.paint.strong(cutTo(title, room.columns)), visible(frame.place), room.columns, look),
    look.paint.faint(cutTo(facts, room.columns)),
  ];
  const body = shown.length === 0 ? ["", empty] : [...table, look.paint.faint(cutTo(omitted, room.columns))];
  const above = [...head, ...body].slice(0, Math.max(1, room.rows - 1));
  const blank = Array.from({ length: Math.max(0, room.rows - 1 - above.length) }, () => "");
  const last = beside("q quits", frame.pace, room.columns, look);
  return [...above, ...blank, last].slice(0, room.rows);
}

/** One text at the left, another at the right as far as there is room. */
function beside(left: string, right: string, columns: number, { paint }: Look): string {
  const room = columns - stringWidth(left) - 2;
  if (room < 8) return left;
  const text = cutTo(right, room);
  return left + " ".repeat(columns - stringWidth(left) - stringWidth(text)) + paint.faint(text);
}
