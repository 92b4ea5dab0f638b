import type { Page } from "playwright-core";

/** Text whose contrast is too low. */
interface Faint {
  readonly text: string;
  readonly ratio: number;
}

export interface ContrastReport {
  /** Pieces of text that were looked at. */
  readonly checked: number;
  /** Those below 4.5 : 1. */
  readonly faint: readonly Faint[];
}

/**
 * Computes the contrast of every visible text with what it stands on.
 *
 * Source: WCAG 2.2, 1.4.3 "Contrast (Minimum)" and "relative luminance"
 */
export async function contrastOf(page: Page): Promise<ContrastReport> {
  const colours = await page.evaluate(textColours);
  const rated = colours.map(({ text, ink, ground }) => ({ text, ratio: ratioOf(ink, ground) }));
  return { checked: rated.length, faint: rated.filter(({ ratio }) => !(ratio >= 4.5)) };
}

interface TextColours {
  readonly text: string;
  readonly ink: string;
  readonly ground: string;
}

/** Runs in the page: each text with its colour and that of the nearest ground which is not transparent. */
function textColours(): TextColours[] {
  const found: TextColours[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? "";
    if (element === null || text === "" || element.closest("script, .sr") !== null) continue;
    if (!element.checkVisibility()) continue;
    let under: Element | null = element;
    while (under !== null && getComputedStyle(under).backgroundColor === "rgba(0, 0, 0, 0)")
      under = under.parentElement;
    const ground = getComputedStyle(under ?? document.documentElement).backgroundColor;
    found.push({ text: text.slice(0, 40), ink: getComputedStyle(element).color, ground });
  }
  return found;
}

/** From 1 to 21. */
export function ratioOf(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Of a computed colour; what is no opaque sRGB colour gives NaN. */
export function luminance(colour: string): number {
  const [, red, green, blue] = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour) ?? [];
  const [r = NaN, g = NaN, b = NaN] = [red, green, blue].map((part) => linear(Number(part) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
