import { hanging } from "./fold.js";
import type { Look } from "./look.js";

/** A label and what it stands for; `null` where there is nothing to say. */
export type Fact = readonly [label: string, value: string | null];

const labelWidth = 8;

/** Facts under one another, their values in one column. */
export function renderFacts(facts: readonly Fact[], look: Look, indent = ""): string {
  return facts
    .flatMap(([label, value]) =>
      value === null ? [] : hanging(`${indent}${look.paint.faint(label.padEnd(labelWidth))} `, value, look),
    )
    .map((line) => `${line}\n`)
    .join("");
}
