import { Finder } from "./finder.js";
import type { Match, Namespace, Query } from "./types.js";
import type { OpenUnit } from "./unit.js";

const FIRST_BATCH = 100;
const BATCH = 1000;
const BATCH_BYTES = 4 * 1024 * 1024;

type Read = <T>(work: (unit: OpenUnit) => T) => T;

/** See `Kernel.find`. */
export function* findAcrossUnits(read: Read, ns: Namespace, query: Query): Generator<Match, void> {
  let finder: Finder | undefined;
  let uuid: Buffer | undefined;
  let limit = FIRST_BATCH;
  for (;;) {
    const batch = read(({ context }) => {
      const entry = context.catalog.find(ns);
      if (!entry || (uuid && !uuid.equals(entry.uuid))) return undefined;
      uuid = entry.uuid;
      finder ??= new Finder(context.view, entry, query);
      return take(finder.matches(context.view, entry), limit);
    });
    if (batch === undefined) return;
    yield* batch.matches;
    if (batch.done) return;
    limit = BATCH;
  }
}

function take(matches: Iterable<Match>, limit: number): { readonly matches: readonly Match[]; readonly done: boolean } {
  const taken: Match[] = [];
  let bytes = 0;
  for (const match of matches) {
    taken.push(match);
    bytes += match.stored.bytes.length;
    if (taken.length >= limit || bytes >= BATCH_BYTES) return { matches: taken, done: false };
  }
  return { matches: taken, done: true };
}
