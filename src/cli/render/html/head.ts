import type { RunDoc, RunTotalsDoc, UsageDoc } from "../../../db/collections.js";
import { count, counted, duration, money } from "../format.js";
import { notesOn } from "../past-run.js";
import { bar, stacked } from "./bars.js";
import { type Html, html } from "./html.js";
import type { PageSource } from "./page.js";
import { runWords, timeTag } from "./words.js";

/** What run it is, what to know of it, and the way to the sections. */
export function header({ run, past }: PageSource): Html {
  const notes = notesOn(run, past).map((note) => html`<p class="note">${note}</p>`);
  return html`<header>
    <p class="kind">Warehouse run</p>
    <h1>${run._id}</h1>
    ${facts(run, past.report.duration_ms)} ${notes}
    <nav aria-label="Sections">
      <a href="#totals">Totals</a>
      <a href="#stock">Stock</a>
      <a href="#orders">Orders</a>
      ${past.shortfalls.length > 0 ? html`<a href="#shortages">Shortages</a>` : undefined}
      <a href="#steps">Steps</a>
    </nav>
  </header>`;
}

/** What most readers want to know. */
export function totalsSection({ past }: PageSource): Html {
  const { totals, usage } = past.report;
  return html`<section id="totals" aria-labelledby="totals-title">
    <h2 id="totals-title">Totals</h2>
    <dl class="figures">${figures(totals, usage)}</dl>
    ${outcomeBar(totals)}
  </section>`;
}

function facts(run: RunDoc, durationMs: number): Html {
  const source = [run.command, ...run.source].join(" ");
  return html`<dl class="facts">
    ${fact("Status", html`<span class="label ${run.status}">${runWords[run.status]}</span>`)}
    ${fact("Command", html`${source}`)} ${fact("Planner", html`${run.planner}`)}
    ${fact("Started", timeTag(run.started_at))} ${fact("Took", html`${duration(durationMs)}`)}
  </dl>`;
}

function fact(name: string, value: Html): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function figures(totals: RunTotalsDoc, usage: UsageDoc): Html[] {
  const { orders, in_transit, cancelled, already_done, invalid, units, amount } = totals;
  const tokens = usage.input_tokens + usage.output_tokens;
  const shown: readonly (Html | undefined)[] = [
    figure("Orders", count(orders), already_done > 0 ? `${count(already_done)} done before` : undefined),
    figure("In transit", count(in_transit), undefined, "good"),
    figure("Cancelled", count(cancelled), undefined, "bad"),
    waitingOf(totals) > 0 ? figure("Pending or delivered", count(waitingOf(totals)), undefined, "waits") : undefined,
    invalid > 0 ? figure("Invalid", count(invalid), "left out") : undefined,
    figure("Units shipped", count(units)),
    figure("Amount", money(amount)),
    figure("Tokens", count(tokens), usage.model_calls > 0 ? counted(usage.model_calls, "model call") : "no model"),
  ];
  return shown.filter((each) => each !== undefined);
}

/** @param kind the part of the bar below that stands for it */
function figure(name: string, value: string, more?: string, kind?: string): Html {
  const swatch = kind === undefined ? undefined : html` <i class="${kind}"></i>`;
  const small = more === undefined ? undefined : html` <small>${more}</small>`;
  return html`<div>
    <dt>${name}${swatch}</dt>
    <dd>${value}${small}</dd>
  </div>`;
}

function waitingOf({ orders, in_transit, cancelled }: RunTotalsDoc): number {
  return Math.max(0, orders - in_transit - cancelled);
}

/** The orders' ends as one bar; the figures above say the same. */
function outcomeBar(totals: RunTotalsDoc): Html | undefined {
  const parts = [
    { value: totals.in_transit, kind: "good" },
    { value: totals.cancelled, kind: "bad" },
    { value: waitingOf(totals), kind: "waits" },
  ];
  return totals.orders === 0 ? undefined : html`<div class="outcome">${bar(stacked(parts, totals.orders))}</div>`;
}
