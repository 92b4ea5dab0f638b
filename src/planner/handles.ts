import type { Handle } from "../tools/batch.js";

/** `#1-#3 #7`: orders by handle, runs of neighbours joined, because a model pays for every character. */
export function joinHandles(handles: readonly string[]): string {
  const places = handles.map((handle) => Number(handle.slice(1))).sort((left, right) => left - right);
  const runs: [first: number, last: number][] = [];
  for (const place of places) {
    const run = runs.at(-1);
    if (run !== undefined && place === run[1] + 1) run[1] = place;
    else runs.push([place, place]);
  }
  return runs.map(([first, last]) => (first === last ? `#${first}` : `#${first}-#${last}`)).join(" ");
}

/** A handle or a range of them, as models write them: `#3`, `3`, `#1-#4`, `#1..4`. */
const range = /^#?(\d{1,9})(?:(?:-|–|\.\.)#?(\d{1,9}))?$/;

/**
 * The handles that a model means by a list. What means none is kept as it stands, for the guard to refuse.
 * @param orders how many there are; a range that goes on behind them ends with them
 */
export function expandHandles(given: unknown, orders: number): readonly string[] {
  const parts = (Array.isArray(given) ? (given as unknown[]) : [given]).flatMap(splitText);
  return [...new Set(parts.flatMap((part) => expandPart(part, orders)))];
}

function splitText(part: unknown): string[] {
  if (typeof part === "number") return [String(part)];
  if (typeof part !== "string") return ["not a handle"];
  return part
    .replace(/\s*(-|–|\.\.)\s*/g, "$1")
    .split(/[\s,]+/)
    .filter((word) => word !== "");
}

function expandPart(part: string, orders: number): readonly string[] {
  const [, from, to = from] = range.exec(part) ?? [];
  const first = Number(from);
  if (!(first >= 1 && first <= Number(to) && first <= orders)) return [part];
  const last = Math.min(Number(to), orders);
  return Array.from({ length: last - first + 1 }, (_, index): Handle => `#${first + index}`);
}
