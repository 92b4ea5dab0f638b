import stringWidth from "string-width";
import { onceMade } from "../../shared/once-made.js";

const graphemes = onceMade(() => new Intl.Segmenter("en", { granularity: "grapheme" }));

/** Plain text on at most so many columns, never cut inside what is seen as one character; `…` stands for the rest. */
export function cutTo(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const { segment } of graphemes().segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}…`;
}
