import type { OrderDoc } from "../db/collections.js";
import type { CheckedOrder } from "../order/load/open.js";
import type { KnownKey, OrderDraft, OrderLine } from "../order/model.js";
import {
  aliasesOf,
  type Batch,
  type BatchOrder,
  type Features,
  type Handle,
  handleAt,
  type OrderProgress,
} from "../tools/batch.js";

/** An order on its way into a batch: from a file, or found pending in the database. */
export type Incoming =
  | IncomingDraft
  | {
      readonly kind: "found";
      readonly index: number;
      readonly doc: OrderDoc;
      readonly lines: readonly OrderLine[];
    };

interface IncomingDraft {
  readonly kind: "draft";
  readonly index: number;
  readonly draft: OrderDraft;
}

/** A batch that is ready for the graph, with how far its orders are. */
export interface ReadyBatch {
  readonly batch: Batch;
  readonly progress: readonly OrderProgress[];
}

/** A checked order under the key that it is recorded by. */
export function incoming({ index, key, lines, address, content_hash }: CheckedOrder, again: string): IncomingDraft {
  return { kind: "draft", index, draft: { key: key + again, lines, address, content_hash } };
}

export interface BatchParts {
  readonly number: number;
  readonly features: Features;
  /** What is in the database already, by key. */
  readonly known: ReadonlyMap<string, KnownKey>;
  readonly turn: Promise<void>;
  readonly passTurn: () => void;
}

/** Joins incoming orders to a batch: handles, aliases, and where each order stands. */
export function makeBatch(orders: readonly Incoming[], { known, ...rest }: BatchParts): ReadyBatch {
  const batchOrders = orders.map((order, place): BatchOrder => {
    const handle = handleAt(place);
    const { index } = order;
    if (order.kind === "found") return { handle, index, lines: order.lines, draft: undefined };
    return { handle, index, lines: order.draft.lines, draft: order.draft };
  });
  const batch: Batch = {
    ...rest,
    orders: batchOrders,
    aliases: aliasesOf(batchOrders),
    products: new Map(),
    totals: [],
  };
  return { batch, progress: orders.map((order, place) => startOf(order, handleAt(place), known)) };
}

function unrecorded(handle: Handle): OrderProgress {
  return {
    handle,
    orderId: undefined,
    status: null,
    created: false,
    shipped: false,
    checked: undefined,
    stock: "open",
    shortage: undefined,
  };
}

function startOf(order: Incoming, handle: Handle, known: ReadonlyMap<string, KnownKey>): OrderProgress {
  const start = unrecorded(handle);
  if (order.kind === "found") return { ...start, orderId: order.doc._id, status: order.doc.status };
  const found = known.get(order.draft.key);
  if (found === undefined) return start;
  const same = found.content_hash === order.draft.content_hash;
  return { ...start, orderId: found.order_id, status: same ? found.status : "conflict" };
}

/** Lets batches take stock one after the other, however many are on their way. */
export function createTurns(): () => Pick<Batch, "turn" | "passTurn"> {
  let last = Promise.resolve();
  return () => {
    const turn = last;
    let passTurn = (): void => undefined;
    const passed = new Promise<void>((resolve) => {
      passTurn = resolve;
    });
    last = turn.then(() => passed);
    return { turn, passTurn };
  };
}
