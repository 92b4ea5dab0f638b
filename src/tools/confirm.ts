import { isUndecided, type OrderProgress, type Scene, type Shortage } from "./batch.js";
import { type Entry, entryAt, someOf } from "./guard.js";
import { type Refusal, refused } from "./results.js";
import { shortageOf } from "./shortage.js";

type Verdict = Refusal | { readonly kind: "confirmed"; readonly shortage: Shortage };

/**
 * Asks the database whether these orders really cannot be filled.
 *
 * What `update_stock` decided stands. Of an order that it was not asked about, the stock is read now, which tells
 * something only if no earlier open order wants the same products and nobody can have taken units for it before.
 * @param entries pending orders without units, in batch order
 * @returns one verdict per entry, in order
 */
export async function confirmShortages(entries: readonly Entry[], scene: Scene): Promise<readonly Verdict[]> {
  const open = entries.filter(({ progress }) => isUndecided(progress));
  const found = open.length === 0 ? new Map<number, Verdict>() : await readShortages(open, scene);
  return entries.map(({ place, progress }) => found.get(place) ?? decided(progress));
}

function decided({ handle, shortage }: OrderProgress): Verdict {
  return shortage === undefined ? askStock(handle) : { kind: "confirmed", shortage };
}

async function readShortages(entries: readonly Entry[], scene: Scene): Promise<Map<number, Verdict>> {
  const { batch } = scene;
  await batch.turn;
  const { results } = await batch.features.inventory.checkStock(
    entries.map(({ order }) => ({ order_id: order.handle, lines: order.lines })),
  );
  const resultOf = new Map(entries.map(({ place }, index) => [place, results[index]]));
  const verdicts = new Map<number, Verdict>();
  const claimed = new Map<string, string>();
  for (const [place, progress] of scene.progress.entries()) {
    if (!isUndecided(progress)) continue;
    const { order } = entryAt(place, scene);
    const result = resultOf.get(place);
    const before = order.lines.flatMap(({ product_id }) => claimed.get(product_id) ?? []);
    const verdict = verdictOf(progress, before, result?.kind === "short" ? shortageOf(result, batch) : undefined);
    if (result !== undefined) verdicts.set(place, verdict);
    if (result !== undefined && verdict.kind === "confirmed") continue;
    for (const { product_id } of order.lines) if (!claimed.has(product_id)) claimed.set(product_id, order.handle);
  }
  return verdicts;
}

function verdictOf(progress: OrderProgress, before: readonly string[], shortage: Shortage | undefined): Verdict {
  const { handle, created } = progress;
  if (!created) return askStock(handle);
  if (before.length > 0) {
    const message = `${someOf([...new Set(before)])} came before ${handle} and wants the same product; settle it first`;
    return refused("earlier_first", message);
  }
  if (shortage === undefined) return refused("not_confirmed", `${handle} can be filled; update_stock is next`);
  return { kind: "confirmed", shortage };
}

function askStock(handle: string): Refusal {
  return refused("not_confirmed", `Nothing shows yet that ${handle} cannot be filled; ask update_stock for it first`);
}
