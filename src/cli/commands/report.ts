import { resolve } from "node:path";
import { Command } from "commander";
import type { PastRun } from "../../graph/past-run.js";
import type { RunDoc } from "../../db/collections.js";
import { WarehouseError } from "../../shared/errors.js";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { renderPastRun } from "../render/past-run.js";
import { visible } from "../render/visible.js";
import { writeWhole } from "../write-file.js";
import { requireRun } from "./required.js";

interface ReportOptions {
  readonly html?: string;
  readonly allOrders?: boolean;
}

/** With more orders, a report leaves them out, as that of `process` does, and a page shows the first. */
const mostOrders = 10_000;

export function reportCommand(app: App): Command {
  return new Command("report")
    .description("Show the report of a past run again, as text or as one self-contained HTML page")
    .argument("<run>", "the run's id, or the start of it")
    .option("--html <file>", "write the report as a page to open in any browser; - is standard output")
    .option("--all-orders", "report every order, however many there are")
    .addHelpText(
      "before",
      examples("warehouse report 20250106-101530-4f2a9c01", "warehouse report 20250106 --html report.html"),
    )
    .action((id: string, options: ReportOptions) => report(app, id, options));
}

async function report(app: App, id: string, options: ReportOptions): Promise<void> {
  const { html, allOrders = false } = options;
  if (html === "-" && app.out.options.json) {
    throw new WarehouseError("usage", "Standard output takes the page or JSON, not both: give --html a file");
  }
  const { run, past } = await readRun(app, id, options);
  if (html !== undefined) await writePage(app, html, { run, past, limit: allOrders ? Infinity : mostOrders });
  if (html === undefined || app.out.options.json) {
    await app.print(past.report, (_, look) => renderPastRun(run, past, look, { all: allOrders }));
  }
  await app.suggest(...(html === undefined ? [["report", run._id, "--html", "report.html"]] : []), ["run", run._id]);
}

/** A page reads its orders again, so it needs none of them in memory. */
async function readRun(
  app: App,
  id: string,
  { html, allOrders }: ReportOptions,
): Promise<{ run: RunDoc; past: PastRun }> {
  const [desk, { readPastRun }] = await Promise.all([app.desk(), import("../../graph/past-run.js")]);
  const run = await requireRun(desk.books.runs, id, app);
  const all = allOrders === true && (html === undefined || app.out.options.json);
  return { run, past: await readPastRun(desk, run, { keepOrders: all ? Infinity : mostOrders }) };
}

interface PageSource {
  readonly run: RunDoc;
  readonly past: PastRun;
  readonly limit: number;
}

async function writePage(app: App, file: string, { run, past, limit }: PageSource): Promise<void> {
  const { renderPage } = await import("../render/html/page.js");
  const page = renderPage({ run, past, limit, now: app.clock.now() });
  if (file === "-") {
    for await (const piece of page) await app.out.write(piece);
    return;
  }
  await writeWhole(resolve(app.host.cwd(), file), page, app.stopSignal);
  await app.out.note(`Wrote ${visible(file)}`);
}
