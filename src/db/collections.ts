import type { Collection, Db, ObjectId } from "mongodb";

/**
 * The documents as they are stored. Field names are the notebook's (snake_case), so its own code can read them.
 *
 * Other programs write to these collections too: what is optional here may be missing there.
 */

/** An order's `_id`: ours are ObjectIds, another program's may be anything that prints as itself. */
export type OrderId = ObjectId | string | number;

export type OrderStatus = "pending" | "in_transit" | "delivered" | "cancelled";

export type MovementKind = "seed" | "receipt" | "adjustment" | "allocation" | "release";

/** `stopped` is never stored: it is how a `running` run reads whose process has not been heard of for a while. */
export type RunStatus = "running" | "completed" | "interrupted" | "failed" | "stopped";

export interface ProductDoc {
  _id: string;
  name: string;
  /** A decimal number of the one currency. */
  price: number;
  /** What can still be sold. */
  quantity: number;
}

export interface OrderLineDoc {
  product_id: string;
  quantity: number;
  /** The product's price when the order was created; `null` for a product that did not exist then. */
  unit_price?: number | null;
}

export interface ShortageDoc {
  product_id: string;
  wanted: number;
  available: number;
}

export interface HistoryDoc {
  status: OrderStatus;
  at: Date;
  /** Who moved it: `rules`, a model's name, a command, another program as adopted. */
  by: string;
  /** The run that moved it, if one did: I6 counts a run's deeds by this. */
  run_id?: string;
}

/** Who works on a pending order, and until when nobody else does. */
interface LeaseDoc {
  /** The run. */
  owner: string;
  /** By the clock of the database. */
  until: Date;
}

/** What every update adds that moves an order out of `pending`. */
export const endLease = { $unset: { lease: "" as const } };

export interface OrderDoc {
  _id: OrderId;
  /** Idempotency key; another program's order has none. */
  key?: string;
  /** `contentHash` of lines and address as they came in. */
  content_hash?: string;
  /** The run that created it. */
  run_id?: string;
  products: OrderLineDoc[];
  delivery_address: string;
  status: OrderStatus;
  /** Sum of price times quantity; `null` when a price is unknown. */
  total?: number | null;
  reason?: string;
  shortages?: ShortageDoc[];
  history?: HistoryDoc[];
  /** Only while it is pending and a worker has taken it up. */
  lease?: LeaseDoc;
  created_at?: Date;
  updated_at?: Date;
}

export interface MovementLineDoc {
  product_id: string;
  /** Units added to (or, negative, taken from) what can be sold. */
  delta: number;
}

/** One effect on stock, never changed once written; `_id` is its idempotency key. */
export interface MovementDoc {
  _id: string;
  kind: MovementKind;
  lines: MovementLineDoc[];
  order_id?: OrderId;
  run_id?: string;
  reason?: string;
  at: Date;
  by: string;
}

export interface TokensDoc {
  model_calls: number;
  input_tokens: number;
  output_tokens: number;
}

/** What a run used; I7 holds it to the sum over the steps. */
export interface UsageDoc extends TokensDoc {
  /** Some figures are counted by us, for servers that give none. */
  estimated?: boolean;
  by_worker: Record<string, WorkerUsageDoc>;
}

export interface WorkerUsageDoc extends TokensDoc {
  /** Of its model's answers, waited for side by side where batches are; runs of earlier versions have none. */
  duration_ms?: number;
}

/** One tool call, one model call or one routing step of a run. */
export interface RunStepDoc {
  batch: number;
  worker: string;
  /** The tool that ran; `null` for a model call or a routing step. */
  tool: string | null;
  /** Orders it was about. */
  orders: number;
  /** How many orders came out how: `{ allocated: 19, short: 1 }`. */
  results: Record<string, number>;
  started_at: Date;
  duration_ms: number;
  /** Only on model calls. */
  model_calls?: number;
  input_tokens?: number;
  output_tokens?: number;
  /** Why a call was refused, as an error code. */
  refused?: string;
}

/** The steps beyond the first thousand, summed by worker and tool. */
export interface OmittedStepsDoc {
  worker: string;
  tool: string | null;
  steps: number;
  orders: number;
  duration_ms: number;
  model_calls: number;
  input_tokens: number;
  output_tokens: number;
}

/** The report's totals, over all orders of the input. */
export interface RunTotalsDoc {
  orders: number;
  in_transit: number;
  cancelled: number;
  already_done: number;
  invalid: number;
  /** Units and amount of the orders that this run shipped. */
  units: number;
  amount: number;
}

/** What the run itself did; I6 holds it to the orders' histories. */
export interface RunDeedsDoc {
  /** Orders with this `run_id`. */
  created: number;
  /** Moves to in_transit. */
  shipped: number;
  /** Moves to cancelled. */
  cancelled: number;
  /** Over the orders shipped. */
  units: number;
  amount: number;
}

export interface RunDoc {
  _id: string;
  command: "process" | "work" | "resume" | "submit";
  planner: string;
  source: string[];
  status: RunStatus;
  started_at: Date;
  /** When its process last said that it lives, by the database's clock; missing at first. */
  seen_at?: Date;
  finished_at?: Date;
  duration_ms?: number;
  totals?: RunTotalsDoc;
  deeds?: RunDeedsDoc;
  usage?: UsageDoc;
  steps?: RunStepDoc[];
  steps_omitted?: OmittedStepsDoc[];
  /** Why it did not complete. */
  error?: string;
}

export interface Collections {
  readonly products: Collection<ProductDoc>;
  readonly orders: Collection<OrderDoc>;
  readonly movements: Collection<MovementDoc>;
  readonly runs: Collection<RunDoc>;
}

/** The four collections of one database. */
export function collectionsOf(db: Db): Collections {
  return {
    products: db.collection<ProductDoc>("products"),
    orders: db.collection<OrderDoc>("orders"),
    movements: db.collection<MovementDoc>("stock_movements"),
    runs: db.collection<RunDoc>("runs"),
  };
}

/** Who does something, for histories and movements. */
export interface Actor {
  readonly by: string;
  readonly runId?: string;
}
