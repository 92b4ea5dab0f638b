import type { Look } from "../../../../src/cli/render/look.js";

const plain = (text: string): string => text;

/** A look without colours, and times as they are. */
export function plainLook(width = Infinity): Look {
  return {
    width,
    paint: { strong: plain, faint: plain, good: plain, warn: plain, bad: plain },
    time: (at) => at.toISOString(),
  };
}
