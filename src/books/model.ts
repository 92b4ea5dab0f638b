import type {
  Actor,
  OrderId,
  OrderStatus,
  RunDeedsDoc,
  RunDoc,
  RunTotalsDoc,
  OmittedStepsDoc,
  RunStepDoc,
  ShortageDoc,
  UsageDoc,
} from "../db/collections.js";
import type { MoveResult } from "../delivery/model.js";

export interface CancelRequest {
  readonly order_id: OrderId;
  readonly reason: string;
  readonly shortages?: readonly ShortageDoc[];
}

export interface CancelOptions {
  readonly actor: Actor;
  /** Refuse orders that are in another status than these, besides what the table refuses. */
  readonly from?: readonly OrderStatus[];
}

export type CancelResult =
  | {
      readonly kind: "cancelled";
      readonly from: OrderStatus;
      /** What went back to stock: exactly what the ledger shows was taken. */
      readonly released: readonly { readonly product_id: string; readonly quantity: number }[];
    }
  | { readonly kind: "already" }
  | { readonly kind: "illegal"; readonly from: OrderStatus }
  | { readonly kind: "not_found" };

export interface ShipOptions {
  readonly actor: Actor;
  /** The caller has just been told by `allocate` that the units are taken: saves a look. Never from a planner's word. */
  readonly allocated?: boolean;
}

/** Shipping needs the units taken first; an order without its allocation is `unallocated`. */
export type ShipResult = MoveResult | { readonly kind: "unallocated" };

export type InvariantId = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7";

export interface Breach {
  /** The product, order or run. */
  readonly id: string;
  readonly problem: string;
  /** Whether `--adopt` can settle it. */
  readonly adoptable: boolean;
}

export interface InvariantReport {
  readonly id: InvariantId;
  readonly title: string;
  readonly ok: boolean;
  /** Documents looked at. */
  readonly checked: number;
  /** The first hundred. */
  readonly broken: readonly Breach[];
  readonly broken_omitted: number;
}

export interface AuditReport {
  readonly ok: boolean;
  readonly invariants: readonly InvariantReport[];
  /** The first hundred records that `--adopt` made; empty without it. */
  readonly adopted: readonly { readonly id: string; readonly what: string }[];
  readonly adopted_omitted: number;
}

export interface RunStart {
  readonly runId: string;
  readonly startedAt: Date;
  readonly command: RunDoc["command"];
  readonly planner: string;
  readonly source: readonly string[];
}

export interface RunEnd {
  readonly status: "completed" | "interrupted" | "failed";
  readonly totals: RunTotalsDoc;
  readonly deeds: RunDeedsDoc;
  readonly usage: UsageDoc;
  readonly steps: readonly RunStepDoc[];
  readonly stepsOmitted: readonly OmittedStepsDoc[];
  readonly durationMs: number;
  readonly error?: string;
}

/** The record of what was run. */
export interface Runs {
  /** Inserts the run as `running`; until it is finished, its record shows that this process lives. */
  start(run: RunStart): Promise<void>;
  finish(runId: string, end: RunEnd): Promise<void>;
  /**
   * By id, or by the start of one that fits only one run; `undefined` if there is none.
   *
   * A run that says `running` and was not heard of for a minute reads `stopped`: it was killed.
   */
  find(runId: string): Promise<RunDoc | undefined>;
  /** Which of these runs are a `process` that has not ended; one that was killed has not. */
  processing(runIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Newest first, without steps; killed ones read `stopped`. */
  list(limit: number): Promise<readonly RunDoc[]>;
}

/** What spans the features; `createBooks` makes one. */
export interface Books {
  readonly runs: Runs;
  /**
   * Cancels orders and gives back what was taken for them, once, in one transaction.
   * @returns one result per request, in order
   * @throws WarehouseError `database_unavailable` once the retries are used up
   */
  cancel(requests: readonly CancelRequest[], options: CancelOptions): Promise<readonly CancelResult[]>;
  /** Moves orders to in_transit, only those whose units the ledger shows as taken. */
  ship(orderIds: readonly OrderId[], options: ShipOptions): Promise<readonly ShipResult[]>;
  /**
   * Computes the invariants I1 to I7 in the database.
   * @param options.adopt record what other programs changed behind the ledger, then audit again
   */
  audit(options?: { readonly adopt?: Actor }): Promise<AuditReport>;
}
