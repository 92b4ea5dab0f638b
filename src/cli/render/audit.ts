import type { AuditReport, InvariantReport } from "../../books/model.js";
import { count, counted } from "./format.js";
import type { Look } from "./look.js";
import { visible } from "./visible.js";

/** One line per invariant, under a broken one what breaks it. */
export function renderAudit(report: AuditReport, look: Look): string {
  const broken = report.invariants.filter(({ ok }) => !ok).length;
  const verdict = report.ok
    ? look.paint.good("The books hold.")
    : look.paint.bad(`The books do not hold: ${counted(broken, "invariant")} broken.`);
  return [...adoptions(report), ...report.invariants.flatMap((each) => invariantLines(each, look)), verdict]
    .map((line) => `${line}\n`)
    .join("");
}

function adoptions({ adopted, adopted_omitted }: AuditReport): string[] {
  if (adopted.length === 0) return [];
  const lines = adopted.map(({ id, what }) => `  ${visible(id)}: ${visible(what)}`);
  const rest = adopted_omitted > 0 ? [`  … and ${count(adopted_omitted)} more`] : [];
  return ["Adopted what other programs changed:", ...lines, ...rest, ""];
}

function invariantLines(
  { id, title, ok, checked, broken, broken_omitted }: InvariantReport,
  { paint }: Look,
): string[] {
  const mark = ok ? paint.good("ok    ") : paint.bad("BROKEN");
  const lines = broken.map((breach) => `          ${visible(breach.id)}: ${visible(breach.problem)}`);
  const rest = broken_omitted > 0 ? [`          … and ${count(broken_omitted)} more`] : [];
  return [`${mark}  ${id}  ${title} (${count(checked)} checked)`, ...lines, ...rest];
}
