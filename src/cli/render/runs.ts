import type { OmittedStepsDoc, RunDoc, RunStatus, RunStepDoc, RunTotalsDoc, UsageDoc } from "../../db/collections.js";
import { type Fact, renderFacts } from "./facts.js";
import { count, counted, duration, money } from "./format.js";
import type { Look } from "./look.js";
import { codeWords } from "./reason.js";
import { ordersSummary } from "./report.js";
import { type Column, renderTable } from "./table.js";
import { visible } from "./visible.js";

/** A run as `runs --json` shows it. */
export interface RunView {
  readonly run: string;
  readonly command: RunDoc["command"];
  readonly planner: string;
  readonly source: readonly string[];
  readonly status: RunStatus;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly duration_ms: number | null;
  readonly totals: RunTotalsDoc | null;
  readonly usage: UsageDoc | null;
  readonly error: string | null;
}

/** A run with its steps, as `run --json` shows it. */
export interface RunDetail extends RunView {
  readonly steps: readonly StepView[];
  readonly steps_omitted: readonly OmittedStepsDoc[];
}

type StepView = Omit<RunStepDoc, "started_at"> & { readonly started_at: string };

export function runView(run: RunDoc): RunView {
  return {
    run: run._id,
    command: run.command,
    planner: run.planner,
    source: run.source,
    status: run.status,
    started_at: run.started_at.toISOString(),
    finished_at: run.finished_at?.toISOString() ?? null,
    duration_ms: run.duration_ms ?? null,
    totals: run.totals ?? null,
    usage: run.usage ?? null,
    error: run.error ?? null,
  };
}

export function runDetail(run: RunDoc): RunDetail {
  const steps = (run.steps ?? []).map((step) => ({ ...step, started_at: step.started_at.toISOString() }));
  return { ...runView(run), steps, steps_omitted: run.steps_omitted ?? [] };
}

/** The list of past runs. */
export function renderRuns(runs: readonly RunView[], look: Look): string {
  if (runs.length === 0) return "No runs.\n";
  const columns: readonly Column<RunView>[] = [
    { header: "Run", cell: ({ run }) => visible(run) },
    { header: "Status", cell: ({ status }) => paintRunStatus(status, look) },
    { header: "Orders", cell: ({ totals }) => (totals === null ? "-" : count(totals.orders)), align: "right" },
    { header: "Started", cell: ({ started_at }) => look.time(new Date(started_at)), optional: true },
    { header: "Command", cell: ({ command }) => command, optional: true },
    { header: "Planner", cell: ({ planner }) => visible(planner), wrapsTo: 8, optional: true },
    { header: "Time", cell: ({ duration_ms }) => timeOf(duration_ms), align: "right", optional: true },
    { header: "Source", cell: ({ source }) => visible(source.join(", ")), wrapsTo: 12, optional: true },
  ];
  return renderTable(columns, runs, look);
}

/** One run, step by step. */
export function renderRun(run: RunDetail, look: Look): string {
  const facts: readonly Fact[] = [
    ["Run", visible(run.run)],
    ["Status", paintRunStatus(run.status, look)],
    ["Error", run.error === null ? null : visible(run.error)],
    ["Command", [run.command, ...run.source.map(visible)].join(" ")],
    ["Planner", visible(run.planner)],
    ["Started", look.time(new Date(run.started_at))],
    ["Time", run.duration_ms === null ? null : duration(run.duration_ms)],
    ["Orders", run.totals === null ? null : totalsText(run.totals)],
    ["Tokens", run.usage === null ? null : tokensText(run.usage)],
    ["Refused", refusalsText(run)],
  ];
  return `${renderFacts(facts, look)}\n${look.paint.strong("Steps")}\n${stepsText(run, look)}`;
}

interface StepRow {
  readonly batch: string;
  readonly worker: string;
  readonly what: string;
  readonly orders: number;
  readonly result: string;
  readonly duration_ms: number;
  readonly tokens: string;
}

const stepColumns: readonly Column<StepRow>[] = [
  { header: "Batch", cell: ({ batch }) => batch, align: "right" },
  { header: "Worker", cell: ({ worker }) => visible(worker) },
  { header: "Tool", cell: ({ what }) => what, wrapsTo: 12 },
  { header: "Orders", cell: ({ orders }) => count(orders), align: "right" },
  { header: "Time", cell: ({ duration_ms }) => duration(duration_ms), align: "right" },
  { header: "Result", cell: ({ result }) => result, wrapsTo: 10, optional: true },
];

/** Only where a model was asked. */
const tokensColumn: Column<StepRow> = {
  header: "Tokens",
  cell: ({ tokens }) => tokens,
  align: "right",
  optional: true,
};

function stepsText({ steps, steps_omitted }: RunDetail, look: Look): string {
  const rows = [...steps.map(stepRow), ...steps_omitted.map(omittedRow)];
  const columns = rows.some(({ tokens }) => tokens !== "") ? [...stepColumns, tokensColumn] : stepColumns;
  return rows.length === 0 ? "None.\n" : renderTable(columns, rows, look);
}

function stepRow(step: StepView): StepRow {
  const results = Object.entries(step.results).map(
    ([result, orders]) => `${count(orders)} ${visible(codeWords(result))}`,
  );
  const what = step.tool ?? ((step.model_calls ?? 0) > 0 ? "model" : "route");
  return {
    batch: String(step.batch),
    worker: step.worker,
    what: visible(what),
    orders: step.orders,
    result: step.refused === undefined ? results.join(", ") : `${refusalOf(step)}: ${visible(step.refused)}`,
    duration_ms: step.duration_ms,
    tokens: tokensOf(step),
  };
}

/** A call to a model fails; what is refused is a call of one. */
function refusalOf({ results }: StepView): string {
  return results["failed"] === undefined ? "refused" : "failed";
}

function omittedRow(omitted: OmittedStepsDoc): StepRow {
  return {
    batch: "…",
    worker: omitted.worker,
    what: visible(omitted.tool ?? "route"),
    orders: omitted.orders,
    result: `${count(omitted.steps)} more steps`,
    duration_ms: omitted.duration_ms,
    tokens: tokensOf(omitted),
  };
}

function tokensOf({ input_tokens = 0, output_tokens = 0 }: { input_tokens?: number; output_tokens?: number }): string {
  return input_tokens + output_tokens === 0 ? "" : count(input_tokens + output_tokens);
}

function timeOf(milliseconds: number | null): string {
  return milliseconds === null ? "-" : duration(milliseconds);
}

function totalsText(totals: RunTotalsDoc): string {
  return `${ordersSummary(totals)}; ${counted(totals.units, "unit")}, ${money(totals.amount)}`;
}

function tokensText({ model_calls, input_tokens, output_tokens, estimated = false }: UsageDoc): string {
  if (model_calls === 0) return "none";
  const tokens = `${count(input_tokens)} in, ${count(output_tokens)} out${estimated ? " (estimated)" : ""}`;
  return `${tokens}, ${counted(model_calls, "call")}`;
}

/** Steps that were left out of the record may have been refused too. */
function refusalsText({ steps, steps_omitted }: RunDetail): string | null {
  const refused = steps.filter((step) => step.refused !== undefined).length;
  if (refused === 0) return null;
  return `${steps_omitted.length > 0 ? "at least " : ""}${counted(refused, "step")}`;
}

function paintRunStatus(status: RunStatus, { paint }: Look): string {
  switch (status) {
    case "completed":
      return paint.good(status);
    case "running":
    case "interrupted":
    case "stopped":
      return paint.warn(status);
    case "failed":
      return paint.bad(status);
  }
}
