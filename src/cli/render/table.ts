import stringWidth from "string-width";
import { cutTo } from "./cut.js";
import { fold } from "./fold.js";
import type { Look } from "./look.js";

/** One column of a table; a row's cell is plain or coloured text on one line. */
export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => string;
  readonly align?: "left" | "right";
  /** May be wrapped to as little as this many columns where the terminal is narrow. */
  readonly wrapsTo?: number;
  /** Left out first where the terminal is too narrow even so. */
  readonly optional?: boolean;
}

interface Fitted<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

const gap = "  ";
/** An ObjectId stays on one line, so that it can be copied. */
export const idWidth = 24;

/** Lays rows out under a header so that they fit the look's width; wide characters count as two. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], look: Look): string {
  return tableRenderer(columns, rows, look).page(rows, { header: true });
}

export interface TableRenderer<Row> {
  page(rows: readonly Row[], options: PageOptions): string;
}

interface PageOptions {
  readonly header: boolean;
  /** Each row on one line, however much of it must be cut off. */
  readonly cut?: boolean;
}

/** For tables of any length: the widths come from a first sample, then pages are laid out one by one. */
export function tableRenderer<Row>(
  columns: readonly Column<Row>[],
  sample: readonly Row[],
  look: Look,
): TableRenderer<Row> {
  const fitted = fit(columns, sample, look.width);
  return {
    page(rows, { header, cut = false }) {
      const lines = rows.flatMap((row) => rowLines(fitted, (column) => column.cell(row), cut ? cutCell : fold));
      return [...(header ? headerLines(fitted, look) : []), ...lines].map((line) => `${line}\n`).join("");
    },
  };
}

function headerLines<Row>(fitted: readonly Fitted<Row>[], look: Look): string[] {
  const titles = rowLines(fitted, (column) => column.header);
  const rule = fitted.map(({ width }) => "─".repeat(width)).join(gap);
  return [...titles.map((line) => look.paint.strong(line)), look.paint.faint(rule)];
}

function fit<Row>(columns: readonly Column<Row>[], sample: readonly Row[], width: number): Fitted<Row>[] {
  const natural = columns.map((column) => ({
    column,
    width: sample.reduce((width, row) => Math.max(width, stringWidth(column.cell(row))), stringWidth(column.header)),
  }));
  return shrink(leaveOut(natural, width), width);
}

/** Drops optional columns, last first, until the rest can be wrapped into the width. */
function leaveOut<Row>(columns: readonly Fitted<Row>[], width: number): readonly Fitted<Row>[] {
  const least = columns.map((each) => ({ ...each, width: leastWidth(each) }));
  const victim = columns.findLastIndex(({ column }) => column.optional === true);
  if (victim < 0 || totalWidth(least) <= width) return columns;
  return leaveOut(columns.toSpliced(victim, 1), width);
}

/** Takes columns off the widest that can be wrapped, one by one. */
function shrink<Row>(columns: readonly Fitted<Row>[], width: number): Fitted<Row>[] {
  const fitted = [...columns];
  for (let excess = totalWidth(fitted) - width; excess > 0; excess--) {
    const able = fitted.filter((each) => each.width > leastWidth(each));
    const widest = able.reduce((max, each) => Math.max(max, each.width), 0);
    const index = fitted.findIndex((each) => each.width === widest && able.includes(each));
    const victim = fitted[index];
    if (victim === undefined) break;
    fitted[index] = { ...victim, width: victim.width - 1 };
  }
  return fitted;
}

function leastWidth<Row>({ column, width }: Fitted<Row>): number {
  return Math.min(width, column.wrapsTo === undefined ? width : Math.max(column.wrapsTo, stringWidth(column.header)));
}

function totalWidth<Row>(columns: readonly Fitted<Row>[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0) + gap.length * Math.max(0, columns.length - 1);
}

function rowLines<Row>(
  fitted: readonly Fitted<Row>[],
  textOf: (column: Column<Row>) => string,
  fit: typeof fold = fold,
): string[] {
  const cells = fitted.map(({ column, width }) => fit(textOf(column), column.wrapsTo === undefined ? Infinity : width));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    fitted
      .map(({ column, width }, index) => pad(cells[index]?.[line] ?? "", width, column.align))
      .join(gap)
      .trimEnd(),
  );
}

function cutCell(text: string, width: number): string[] {
  return [cutTo(text, width)];
}

function pad(text: string, width: number, align: Column<unknown>["align"]): string {
  const blank = " ".repeat(Math.max(0, width - stringWidth(text)));
  return align === "right" ? blank + text : text + blank;
}
