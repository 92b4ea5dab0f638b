/**
 * A decimal price as whole cents, rounded half away from zero.
 *
 * Prices are decimal numbers in documents; every sum is done in integer cents.
 */
export function toCents(price: number): number {
  const cents = Math.round(price * 100);
  if (cents / 100 === price) return cents;
  const text = String(Math.abs(price));
  // The smallest and largest numbers are written with an exponent already, and have no cents to round.
  return text.includes("e") ? cents : Math.sign(price) * Math.round(Number(`${text}e2`));
}

/** Whole cents as the decimal number that documents and JSON carry. */
export function fromCents(cents: number): number {
  return cents / 100;
}

/** The total of a list of priced lines, in cents. */
export function totalCents(lines: readonly { readonly quantity: number; readonly unit_price: number }[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * toCents(line.unit_price), 0);
}
