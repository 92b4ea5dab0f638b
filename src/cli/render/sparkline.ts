const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** A row of bars from the least to the greatest value; values that are all the same stand in the middle. */
export function sparkline(values: readonly number[]): string {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const heightOf = (value: number): number =>
    greatest === least ? 3 : Math.round(((value - least) / (greatest - least)) * (bars.length - 1));
  return values.map((value) => bars[heightOf(value)] ?? "").join("");
}

/**
 * The stock before the first of these changes and after each, reckoned back from what it is now.
 * @param deltas oldest first
 */
export function levelsBefore(now: number, deltas: readonly number[]): number[] {
  return deltas.reduceRight((levels, delta) => [(levels[0] ?? now) - delta, ...levels], [now]);
}
