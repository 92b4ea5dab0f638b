import { type Html, html } from "./html.js";

/** A part of a bar, in hundredths of its length. */
export interface BarPart {
  readonly from: number;
  readonly length: number;
  /** A class of the style sheet. */
  readonly kind: string;
}

/**
 * A bar as SVG, which needs no inline style, so that the page's policy can forbid those.
 *
 * It is hidden from screen readers: the same figures always stand beside it as text.
 */
export function bar(parts: readonly BarPart[]): Html {
  const drawn = parts.filter(({ length }) => length > 0).map(drawPart);
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
    <rect class="track" width="100" height="10" />
    ${drawn}
  </svg>`;
}

function drawPart({ from, length, kind }: BarPart): Html {
  return html`<rect class="${kind}" x="${rounded(from)}" width="${rounded(length)}" height="10" />`;
}

/** Parts of a whole, one after the other; a whole of nothing has no parts. */
export function stacked(parts: readonly { readonly value: number; readonly kind: string }[], whole: number): BarPart[] {
  let from = 0;
  return parts.map(({ value, kind }) => {
    const length = whole > 0 ? (Math.max(0, value) / whole) * 100 : 0;
    const part = { from, length, kind };
    from += length;
    return part;
  });
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
