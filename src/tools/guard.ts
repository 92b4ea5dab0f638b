import { type BatchOrder, isUndecided, type OrderProgress, type Scene } from "./batch.js";
import { type Already, type Fact, type OrderResult, placeOf, type Refusal, refused } from "./results.js";

export type Answer = Fact | Already | Refusal;

/** One order that a call names. */
export interface Entry {
  /** In the batch, from 0. */
  readonly place: number;
  readonly order: BatchOrder;
  readonly progress: OrderProgress;
}

interface Handling {
  /** Answers at once, or lets the order pass to `act`. */
  readonly admit: (progress: OrderProgress) => Answer | "go";
  /** Gets the admitted orders in batch order, never none, and gives one answer each. */
  readonly act: (entries: readonly Entry[]) => Promise<readonly Answer[]>;
}

/**
 * Carries a call through the guard: only orders of this batch, each once, each in a state that the tool may touch.
 * @returns one result per handle as asked, repeated ones once
 */
export async function handleOrders(
  handles: readonly string[],
  scene: Scene,
  { admit, act }: Handling,
): Promise<readonly OrderResult[]> {
  const asked = [...new Set(handles)];
  const admitted: Entry[] = [];
  const answers = asked.map((handle) => {
    const entry = entryOf(handle, scene);
    if (entry === undefined) return unknownHandle(handle, scene);
    const answer = admit(entry.progress);
    if (answer !== "go") return answer;
    admitted.push(entry);
    return entry.place;
  });
  admitted.sort((left, right) => left.place - right.place);
  const acted = admitted.length === 0 ? [] : await act(admitted);
  const actedAt: Answer[] = [];
  for (const [index, { place, order }] of admitted.entries()) actedAt[place] = mustHave(acted[index], order.handle);
  return asked.map((handle, index) => {
    const answer = mustHave(answers[index], handle);
    return { handle, ...(typeof answer === "number" ? mustHave(actedAt[answer], handle) : answer) };
  });
}

/** The order at a place of the batch. */
export function entryAt(place: number, { batch, progress }: Scene): Entry {
  return { place, order: mustHave(batch.orders[place], place), progress: mustHave(progress[place], place) };
}

/** The orders up to a place whose stock is still open, in batch order. */
export function openEntries(scene: Scene, last: number): Entry[] {
  const open: Entry[] = [];
  for (const [place, progress] of scene.progress.entries()) {
    if (place <= last && isUndecided(progress)) open.push(entryAt(place, scene));
  }
  return open;
}

/** The id that an order has once it is recorded. */
export function orderIdOf({ order, progress }: Entry): NonNullable<OrderProgress["orderId"]> {
  return mustHave(progress.orderId, order.handle);
}

/** A few names, the rest counted: messages stay short whatever the batch. */
export function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function entryOf(handle: string, scene: Scene): Entry | undefined {
  const place = placeOf(handle, scene.progress.length);
  return place === undefined ? undefined : entryAt(place, scene);
}

function unknownHandle(handle: string, { batch }: Scene): Refusal {
  const named = /^#\d{1,9}$/.test(handle) ? handle : "What is no handle";
  return refused("unknown_handle", `${named} names no order here; the orders are #1 to #${batch.orders.length}`);
}

function mustHave<T>(value: T | undefined, what: string | number): T {
  if (value === undefined) throw new Error(`Nothing is known of ${what}`);
  return value;
}
