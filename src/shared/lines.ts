/** So many units of a product. */
export interface UnitLine {
  readonly product_id: string;
  readonly quantity: number;
}

/** Comparing each with each is quicker than a set up to here. */
const few = 16;

/** The lines with repeated products summed, at their first place; the same array when no product is repeated. */
export function summedLines(lines: readonly UnitLine[]): readonly UnitLine[] {
  if (!hasRepeats(lines)) return lines;
  const units = new Map<string, number>();
  for (const { product_id, quantity } of lines) units.set(product_id, (units.get(product_id) ?? 0) + quantity);
  return [...units].map(([product_id, quantity]) => ({ product_id, quantity }));
}

function hasRepeats(lines: readonly UnitLine[]): boolean {
  if (lines.length > few) return new Set(lines.map(({ product_id }) => product_id)).size < lines.length;
  for (const [place, { product_id }] of lines.entries()) {
    for (let other = 0; other < place; other++) if (lines[other]?.product_id === product_id) return true;
  }
  return false;
}
