import stringWidth from "string-width";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const escape = "\u001b[";
/** Terminals that know this show all of it at once; the others ignore it. Source: "Synchronized Output", mode 2026 */
const together = { begin: `${escape}?2026h`, end: `${escape}?2026l` };

/**
 * What turns one frame on the screen into the next: only lines that differ are written, each in its place, and nothing
 * is cleared before it is written over, so that nothing flickers.
 *
 * @param before the lines that stand there; `undefined` when nothing is known of the screen
 * @param size a line as wide as the screen leaves nothing behind it to clear, a frame as high nothing below
 */
export function frameChange(
  before: readonly string[] | undefined,
  after: readonly string[],
  { columns, rows }: Size,
): string {
  const changed = after.flatMap((line, row) => (before?.[row] === line ? [] : [lineAt(row, line, columns)]));
  const leavesRows = after.length < Math.min(rows, before?.length ?? rows);
  const below = leavesRows ? [clearFrom(after.length)] : [];
  const text = [...changed, ...below].join("");
  return text === "" ? "" : together.begin + text + together.end;
}

function lineAt(row: number, line: string, columns: number): string {
  return `${escape}${row + 1};1H${line}${stringWidth(line) < columns ? `${escape}K` : ""}`;
}

function clearFrom(row: number): string {
  return `${escape}${row + 1};1H${escape}J`;
}

/** A second screen without cursor, whose lines do not wrap, and the way back to the first as it was. */
export const secondScreen = {
  enter: `${escape}?1049h${escape}?25l${escape}?7l${escape}H${escape}2J`,
  leave: `${together.end}${escape}?7h${escape}?25h${escape}?1049l`,
} as const;
