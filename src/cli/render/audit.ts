import type { AuditReport, InvariantReport } from "../../books/model.js";
import { hanging } from "./fold.js";
import { count, counted } from "./format.js";
import type { Look } from "./look.js";
import { visible } from "./visible.js";

/** One line per invariant, under a broken one what breaks it. */
export function renderAudit(report: AuditReport, look: Look): string {
  const broken = report.invariants.filter(({ ok }) => !ok).length;
  const verdict = report.ok
    ? look.paint.good("The books hold.")
    : look.paint.bad(`The books do not hold: ${counted(broken, "invariant")} broken.`);
  return [...adoptions(report, look), ...report.invariants.flatMap((each) => invariantLines(each, look)), verdict]
    .map((line) => `${line}\n`)
    .join("");
}

function adoptions({ adopted, adopted_omitted }: AuditReport, look: Look): string[] {
  if (adopted.length === 0) return [];
  const lines = adopted.flatMap(({ id, what }) => hanging("  ", `${visible(id)}: ${visible(what)}`, look, 4));
  const rest = adopted_omitted > 0 ? [`  … and ${count(adopted_omitted)} more`] : [];
  return ["Adopted what other programs changed:", ...lines, ...rest, ""];
}

function invariantLines({ id, title, ok, checked, broken, broken_omitted }: InvariantReport, look: Look): string[] {
  const mark = ok ? look.paint.good("ok    ") : look.paint.bad("BROKEN");
  const lines = broken.flatMap(({ id: what, problem }) =>
    hanging(" ".repeat(10), `${visible(what)}: ${visible(problem)}`, look, 12),
  );
  const rest = broken_omitted > 0 ? [`          … and ${count(broken_omitted)} more`] : [];
  return [...hanging(`${mark}  ${id}  `, `${title} (${count(checked)} checked)`, look), ...lines, ...rest];
}
