import type { OmittedStepsDoc, RunStepDoc, UsageDoc, WorkerUsageDoc } from "../../../db/collections.js";
import { count, counted, duration } from "../format.js";
import { bar, type BarPart } from "./bars.js";
import { type Html, html } from "./html.js";
import type { PageSource } from "./page.js";

/** What was done when, by whom, and what it cost. */
export function stepsSection({ run, past }: PageSource): Html {
  const { steps = [], steps_omitted = [] } = run;
  const { usage } = past.report;
  return html`<section id="steps" aria-labelledby="steps-title">
    <h2 id="steps-title">Steps</h2>
    ${usage.model_calls > 0 ? usageTable(usage) : undefined}
    ${steps.length === 0 ? html`<p class="none">No step is on record.</p>` : stepsTable(steps, steps_omitted)}
  </section>`;
}

function usageTable(usage: UsageDoc): Html {
  const workers = Object.entries(usage.by_worker).map(([worker, tokens]) => usageRow(worker, tokens));
  return html`<table class="usage">
    <caption>
      Model use${usage.estimated === true ? " (some figures are estimates)" : ""}
    </caption>
    <thead>
      <tr>
        <th scope="col">Worker</th>
        <th scope="col" class="number">Calls</th>
        <th scope="col" class="number">Tokens in</th>
        <th scope="col" class="number">Tokens out</th>
        <th scope="col" class="number">Time</th>
      </tr>
    </thead>
    <tbody>
      ${workers}
    </tbody>
    <tfoot>
      ${usageRow("All", usage)}
    </tfoot>
  </table>`;
}

function usageRow(worker: string, used: WorkerUsageDoc): Html {
  const { model_calls, input_tokens, output_tokens, duration_ms } = used;
  return html`<tr>
    <th scope="row">${worker}</th>
    <td class="number">${count(model_calls)}</td>
    <td class="number">${count(input_tokens)}</td>
    <td class="number">${count(output_tokens)}</td>
    <td class="number">${duration_ms === undefined ? "" : duration(duration_ms)}</td>
  </tr>`;
}

function stepsTable(steps: readonly RunStepDoc[], omitted: readonly OmittedStepsDoc[]): Html {
  const span = spanOf(steps);
  return html`<table class="steps" role="table">
    <caption>
      <span class="sr">Each step in order, with the time it took. </span>
      <span class="key"><i class="tool"></i> Tool</span>
      <span class="key"><i class="model"></i> Model</span>
      <span class="scale">Bars run over the ${duration(span.to - span.from)} of all steps</span>
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col" class="number">Batch</th>
        <th role="columnheader" scope="col">Step</th>
        <th role="columnheader" scope="col" class="number">Orders</th>
        <th role="columnheader" scope="col">Result</th>
        <th role="columnheader" scope="col" class="number">Tokens</th>
        <th role="columnheader" scope="col" class="number">Time</th>
        <th role="columnheader" scope="col" class="wide"><span class="sr">When</span></th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${[...steps.map((step) => stepRow(step, span)), ...omitted.map(omittedRow)]}
    </tbody>
  </table>`;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOf(steps: readonly RunStepDoc[]): Span {
  const from = steps.reduce((least, { started_at }) => Math.min(least, started_at.getTime()), Infinity);
  const to = steps.reduce((most, step) => Math.max(most, step.started_at.getTime() + step.duration_ms), from);
  return { from, to };
}

function stepRow(step: RunStepDoc, span: Span): Html {
  const { batch, worker, orders, duration_ms, input_tokens = 0, output_tokens = 0 } = step;
  const what = step.tool ?? (isModelCall(step) ? "model" : "route");
  return html`<tr role="row">
    <td role="cell" class="number place">${batch}</td>
    <th role="rowheader" scope="row">${worker} <span class="id">${what}</span></th>
    ${ordersCell(orders, step.tool === null && orders === 0)}
    <td role="cell" class="result">${resultOf(step)}</td>
    <td role="cell" class="number tokens">${tokensText(input_tokens, output_tokens)}</td>
    <td role="cell" class="number">${duration(duration_ms)}</td>
    <td role="cell" class="wide">${bar([whenPart(step, span)])}</td>
  </tr>`;
}

/** Never thinner than can be seen. */
function whenPart(step: RunStepDoc, { from, to }: Span): BarPart {
  const whole = Math.max(1, to - from);
  const length = Math.min(100, Math.max(0.6, (step.duration_ms / whole) * 100));
  const start = Math.min(100 - length, ((step.started_at.getTime() - from) / whole) * 100);
  return { from: start, length, kind: isModelCall(step) ? "model" : "tool" };
}

function isModelCall({ model_calls = 0 }: RunStepDoc): boolean {
  return model_calls > 0;
}

function resultOf({ results, refused }: RunStepDoc): Html {
  if (refused !== undefined) {
    return html`<span class="label cancelled">${results["failed"] === undefined ? "Refused" : "Failed"}</span>
      ${refused}`;
  }
  return html`${Object.entries(results)
    .map(([result, orders]) => `${count(orders)} ${result.replaceAll("_", " ")}`)
    .join(", ")}`;
}

function omittedRow({ worker, tool, steps, orders, duration_ms, input_tokens, output_tokens }: OmittedStepsDoc): Html {
  return html`<tr role="row" class="omitted">
    <td role="cell" class="number place">…</td>
    <th role="rowheader" scope="row">${worker} <span class="id">${tool ?? "route"}</span></th>
    ${ordersCell(orders)}
    <td role="cell" class="result">${counted(steps, "more step")}, summed</td>
    <td role="cell" class="number tokens">${tokensText(input_tokens, output_tokens)}</td>
    <td role="cell" class="number">${duration(duration_ms)}</td>
    <td role="cell" class="wide"></td>
  </tr>`;
}

/** On a phone, where no column says what it counts, the number is followed by its noun. */
function ordersCell(orders: number, blank = false): Html {
  const noun = orders === 1 ? "order" : "orders";
  return html`<td role="cell" class="number many" data-noun="${noun}">${blank ? "" : count(orders)}</td>`;
}

function tokensText(input: number, output: number): string {
  return input + output === 0 ? "" : `${count(input)} in, ${count(output)} out`;
}
