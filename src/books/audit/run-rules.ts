import type { OrderDoc, RunDeedsDoc, RunDoc, TokensDoc } from "../../db/collections.js";
import type { OrderLine } from "../../order/model.js";
import { lineDocs, orderLines, orderTotal } from "../../order/view.js";
import { toCents } from "../../shared/money.js";

/** What the orders' histories say that a run did; money in cents while it is summed. */
export type Deeds = Omit<RunDeedsDoc, "amount"> & { amountCents: number };

/** Counts one order for the runs that created or moved it. */
export function countDeeds(order: OrderDoc, deedsOf: (runId: string) => Deeds): void {
  if (order.run_id !== undefined) deedsOf(order.run_id).created += 1;
  for (const { status, run_id } of order.history ?? []) {
    if (run_id === undefined) continue;
    const deeds = deedsOf(run_id);
    if (status === "cancelled") deeds.cancelled += 1;
    if (status !== "in_transit") continue;
    countShipment(deeds, orderLines(order) ?? [], orderTotal(lineDocs(order)));
  }
}

/** Counts what one order that was shipped is made of. @param total `null` when a price is unknown */
export function countShipment(deeds: Deeds, lines: readonly OrderLine[], total: number | null): void {
  deeds.shipped += 1;
  for (const { quantity } of lines) deeds.units += quantity;
  deeds.amountCents += toCents(total ?? 0);
}

export function noDeeds(): Deeds {
  return { created: 0, shipped: 0, cancelled: 0, units: 0, amountCents: 0 };
}

/** I6: what a finished run reported is what the orders' histories show. */
export function judgeRun(run: RunDoc, found: Deeds): string | undefined {
  const { deeds, totals } = run;
  if (deeds === undefined) return undefined;
  const shown: RunDeedsDoc = { ...deeds };
  const differences = [
    difference("orders created", shown.created, found.created),
    difference("orders shipped", shown.shipped, found.shipped),
    difference("orders cancelled", shown.cancelled, found.cancelled),
    difference("units", shown.units, found.units),
    difference("cents", toCents(shown.amount), found.amountCents),
    totals && difference("units in its totals", totals.units, found.units),
    totals && difference("cents in its totals", toCents(totals.amount), found.amountCents),
  ].filter((text) => text !== undefined);
  return differences.length === 0 ? undefined : `reported ${differences.join(", ")}`;
}

/** I7: a run's token totals are the sums over its calls, in all and by worker. */
export function judgeUsage({ usage, steps, steps_omitted }: RunDoc): string | undefined {
  if (usage === undefined) return undefined;
  const calls = [...(steps ?? []), ...(steps_omitted ?? [])];
  const workers = new Set([...calls.map(({ worker }) => worker), ...Object.keys(usage.by_worker)]);
  const byWorker = [...workers].flatMap((worker) =>
    differences(
      ` of ${worker}`,
      usage.by_worker[worker] ?? noTokens,
      calls.filter((call) => call.worker === worker),
    ),
  );
  const all = [...differences("", usage, calls), ...byWorker];
  return all.length === 0 ? undefined : `reported ${all.join(", ")}`;
}

const noTokens: TokensDoc = { model_calls: 0, input_tokens: 0, output_tokens: 0 };

function differences(of: string, shown: TokensDoc, calls: readonly Partial<TokensDoc>[]): string[] {
  const sum = (field: keyof TokensDoc): number => calls.reduce((total, call) => total + (call[field] ?? 0), 0);
  return (["model_calls", "input_tokens", "output_tokens"] as const).flatMap(
    (field) => difference(`${field.replace("_", " ")}${of}`, shown[field], sum(field)) ?? [],
  );
}

function difference(what: string, shown: number, found: number): string | undefined {
  return shown === found ? undefined : `${shown} ${what} instead of ${found}`;
}
