import type { OrderDoc, OrderId } from "../db/collections.js";
import type { Lease, Leases } from "../order/leases.js";

/** The orders that one run holds leases of. */
export interface LeaseKeeper {
  holds(orderId: OrderId): boolean;
  /** Takes what it can get of these; held until they are dropped, however long that lasts. */
  take(orders: readonly OrderDoc[]): Promise<readonly OrderDoc[]>;
  /** Holds these no more: they are done, or others may try. */
  drop(done: readonly OrderId[], undone: readonly OrderId[]): Promise<void>;
  /** Gives back everything. A lease that cannot be given back runs out. */
  close(): Promise<void>;
}

/** Renewed three times within its duration, a lease survives two beats that fail. */
const beatsPerLease = 3;

/**
 * Holds leases and renews them while the process lives, so that those of a dead one run out.
 *
 * A beat that fails is no failure of the run: the next one makes up for it, and a database that is gone shows where
 * the work is done.
 */
export function keepLeases(leases: Leases, lease: Lease): LeaseKeeper {
  const held = new Map<string, OrderId>();
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<unknown> = Promise.resolve();
  const beat = (): void => {
    if (held.size > 0) beating = Promise.allSettled([leases.renew([...held.values()], lease)]);
  };
  return {
    holds: (orderId) => held.has(String(orderId)),
    async take(orders) {
      const taken = await leases.take(orders, lease);
      for (const { _id } of taken) held.set(String(_id), _id);
      timer ??= setInterval(beat, lease.durationMs / beatsPerLease).unref();
      return taken;
    },
    async drop(done, undone) {
      for (const orderId of [...done, ...undone]) held.delete(String(orderId));
      await leases.release(undone, lease.owner);
    },
    async close() {
      clearInterval(timer);
      await beating;
      await Promise.allSettled([leases.release([...held.values()], lease.owner)]);
      held.clear();
    },
  };
}
