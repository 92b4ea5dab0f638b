import type { Check } from "../../shared/checks.js";
import { fold } from "./fold.js";
import { counted } from "./format.js";
import type { Look } from "./look.js";
import { visible } from "./visible.js";

export interface Diagnosis {
  /** Nothing that is needed failed. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

/** One line a check, under it the fix. */
export function renderDiagnosis({ ok, checks }: Diagnosis, look: Look): string {
  const troubles = checks.filter(({ status }) => status === "failed").length;
  const verdict = ok
    ? look.paint.good("Ready to work.")
    : look.paint.bad(`Not ready: ${counted(troubles, "check")} failed.`);
  return `${[...checks.flatMap((check) => checkLines(check, look)), verdict].join("\n")}\n`;
}

const indent = 9;

function checkLines({ what, status, found, fix }: Check, { paint, width }: Look): string[] {
  const mark = {
    ok: paint.good("ok".padEnd(indent)),
    warning: paint.warn("warning".padEnd(indent)),
    failed: paint.bad("FAILED".padEnd(indent)),
  }[status];
  const text = [`${what}: ${visible(found)}`, ...(fix === undefined ? [] : [`fix: ${visible(fix)}`])];
  const lines = text.flatMap((line) => fold(line, width - indent));
  return lines.map((line, index) => (index === 0 ? mark : " ".repeat(indent)) + line);
}
