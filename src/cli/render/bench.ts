import type { BenchReport, Figure, Verdict } from "../../bench/model.js";
import { fold } from "./fold.js";
import { count } from "./format.js";
import type { Look } from "./look.js";
import { type Column, renderTable } from "./table.js";

/** What was measured, then how it stands against the bars. */
export function renderBench(report: BenchReport, look: Look): string {
  const missed = report.bars.filter(({ met }) => !met);
  const verdict =
    missed.length === 0
      ? look.paint.good("Every bar is met.")
      : fold(`Missed: ${missed.map(({ title }) => title).join("; ")}.`, look.width)
          .map(look.paint.bad)
          .join("\n");
  const figures = renderTable(figureColumns, report.figures, look);
  return `${fold(sizesOf(report), look.width).join("\n")}\n\n${figures}\n${renderTable(barColumns(look), report.bars, look)}\n${verdict}\n`;
}

function sizesOf({ orders, rounds, large_orders }: BenchReport): string {
  return `${count(orders)} orders a case, ${count(rounds)} rounds, medians; growth from 10,000 to ${count(large_orders)} orders.`;
}

const figureColumns: readonly Column<Figure>[] = [
  { header: "Measured", cell: ({ title }) => title, wrapsTo: 20 },
  { header: "Median", cell: ({ median }) => count(Math.round(median)), align: "right" },
  { header: "Unit", cell: ({ unit }) => unit },
  { header: "Rounds", cell: ({ rounds }) => rounds.map((value) => count(Math.round(value))).join(" "), optional: true },
];

function barColumns({ paint }: Look): readonly Column<Verdict>[] {
  return [
    { header: "Held to a bar", cell: ({ title }) => title, wrapsTo: 20 },
    { header: "Is", cell: ({ value }) => value.toFixed(2), align: "right" },
    { header: "Bar", cell: ({ bar, wanted }) => `${wanted === "at_least" ? "≥" : "≤"} ${bar}`, align: "right" },
    { header: "", cell: ({ met }) => (met ? paint.good("met") : paint.bad("missed")) },
  ];
}
