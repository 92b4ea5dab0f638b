import type { RunEnd } from "../books/model.js";
import type { OrderStatus } from "../db/collections.js";
import type { CheckedOrder } from "../order/load/open.js";
import type { CreateResult } from "../order/model.js";

/** One order of a submission. */
interface SubmittedOrder {
  readonly index: number;
  readonly order_id: string;
  readonly key: string;
  /** `pending`, or where it is by now if it was there already. */
  readonly status: OrderStatus;
  readonly already_recorded: boolean;
}

/** The report of a submission, field by field as `submit --json` prints it. */
export interface SubmitReport {
  readonly run: string;
  readonly source: readonly string[];
  readonly orders?: readonly SubmittedOrder[];
  readonly orders_omitted?: boolean;
  readonly totals: {
    readonly orders: number;
    readonly recorded: number;
    readonly already_recorded: number;
    readonly invalid: number;
  };
  readonly duration_ms: number;
}

/** Keeps account of what a run records. */
export interface Submission {
  readonly runId: string;
  readonly orders: number;
  /** Whether everything that was written is in the account. */
  readonly isWhole: boolean;
  /** Enters what became of these orders. */
  enter(
    checked: readonly CheckedOrder[],
    create: () => Promise<readonly CreateResult[]>,
  ): Promise<readonly CreateResult[]>;
  end(status: RunEnd["status"], durationMs: number): RunEnd;
  report(durationMs: number): SubmitReport;
}

export interface SubmissionFacts {
  readonly runId: string;
  readonly source: readonly string[];
  readonly invalid: number;
  /** Rows kept at most; beyond it, none is reported. */
  readonly keepOrders: number;
}

/** An empty account; memory stays flat whatever the number of orders. */
export function createSubmission({ runId, source, invalid, keepOrders }: SubmissionFacts): Submission {
  const rows: SubmittedOrder[] = [];
  const counts = { created: 0, existing: 0, conflict: 0 };
  let isWhole = true;
  const submitted = (): number => counts.created + counts.existing;
  return {
    runId,
    get orders() {
      return submitted();
    },
    get isWhole() {
      return isWhole;
    },
    async enter(checked, create) {
      isWhole = false;
      const results = await create();
      isWhole = true;
      for (const { kind } of results) counts[kind] += 1;
      if (rows.length <= keepOrders) rows.push(...rowsOf(checked, results));
      return results;
    },
    end: (status, durationMs) => ({
      status,
      totals: { ...nothingDone, orders: submitted(), already_done: counts.existing, invalid },
      deeds: { created: counts.created, shipped: 0, cancelled: 0, units: 0, amount: 0 },
      usage: { model_calls: 0, input_tokens: 0, output_tokens: 0, by_worker: {} },
      steps: [],
      stepsOmitted: [],
      durationMs,
    }),
    report: (durationMs) => ({
      run: runId,
      source,
      ...(rows.length > keepOrders ? { orders_omitted: true } : { orders: rows }),
      totals: { orders: submitted(), recorded: counts.created, already_recorded: counts.existing, invalid },
      duration_ms: Math.round(durationMs),
    }),
  };
}

const nothingDone = { in_transit: 0, cancelled: 0, units: 0, amount: 0 };

function rowsOf(checked: readonly CheckedOrder[], results: readonly CreateResult[]): SubmittedOrder[] {
  return results.map(({ kind, order }, place) => ({
    index: checked[place]?.index ?? place,
    order_id: String(order._id),
    key: order.key ?? String(order._id),
    status: order.status,
    already_recorded: kind !== "created",
  }));
}
