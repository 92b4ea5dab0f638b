import type { CollectionEntry } from "../catalog/collection-entry.js";
import { ServerError } from "../errors.js";
import type { Plan } from "../indexes/plan.js";
import { idIndexName } from "../indexes/index-entry.js";
import { planQuery } from "../indexes/planner.js";
import type { View } from "../transactions/view.js";
import { DecodedTest, type DocTest, testOf } from "./doc-test.js";
import { scanDocs, startPosition, type ScanPosition } from "./scan-docs.js";
import type { ExecutionStats, Match, Query } from "./types.js";

const CHECK_EVERY = 256;
const MAX_SORT_BYTES = 512 * 1024 * 1024;
const noDetails = {};

/**
 * One query on its way: can stop after any match and go on later, on the same or a newer state of the data.
 * A result that has to be sorted is found whole at the first step and kept.
 */
export class Finder {
  readonly plan: Plan;
  readonly #query: Query;
  /** What a document that was found has still to be asked. */
  readonly #test: DocTest;
  readonly #position: ScanPosition = startPosition();
  #toSkip: number;
  #toGive: number;
  #returned = 0;
  #sorted: readonly Match[] | undefined;

  constructor(view: View, entry: CollectionEntry, query: Query) {
    this.plan = planQuery(view, entry, query);
    this.#query = query;
    const { rest } = this.plan;
    this.#test = rest && rangesOf(this.plan) > FEW ? testOf(rest, query) : new DecodedTest(query);
    this.#toSkip = query.skip ?? 0;
    this.#toGive = query.limit || Infinity;
  }

  get stats(): ExecutionStats {
    const { keysExamined, docsExamined } = this.#position;
    return { returned: this.#returned, keysExamined, docsExamined };
  }

  /** Whether changes to documents already given are no matter: each is looked up once, under its own `_id`. */
  get isSteady(): boolean {
    const { access, sort } = this.plan;
    if (sort || access.kind !== "scan") return false;
    return access.single && !access.repeats && access.index?.name === idIndexName;
  }

  /** The matches not given yet. */
  *matches(view: View, entry: CollectionEntry): Generator<Match, void> {
    if (this.#toGive <= 0) return;
    const found = this.plan.sort ? this.#sortedMatches(view, entry) : this.#unsorted(view, entry);
    for (const match of found) {
      if (this.#toSkip > 0) {
        this.#toSkip--;
        continue;
      }
      this.#toGive--;
      this.#returned++;
      yield match;
      if (this.#toGive <= 0) return;
    }
  }

  *#unsorted(view: View, entry: CollectionEntry): Generator<Match, void> {
    const { filter, checkTime } = this.#query;
    const all = this.plan.exact || filter.size === 0;
    let looked = 0;
    for (const stored of scanDocs(view, entry, this.plan.access, this.#position)) {
      if (++looked % CHECK_EVERY === 0) checkTime?.();
      const result = all ? noDetails : this.#test.match(stored);
      if (result) yield { stored, result };
    }
  }

  #sortedMatches(view: View, entry: CollectionEntry): Iterable<Match> {
    this.#sorted ??= this.#sort(view, entry);
    return this.#sorted.slice(this.#returned + ((this.#query.skip ?? 0) - this.#toSkip));
  }

  #sort(view: View, entry: CollectionEntry): readonly Match[] {
    const { compare, skip = 0, limit = 0 } = this.#query;
    if (compare === undefined) throw new ServerError("InternalError", "A sort without a comparison");
    const wanted = limit > 0 ? skip + limit : Infinity;
    const order = (left: Match, right: Match) => compare(left.stored.doc(), right.stored.doc());
    let found: Match[] = [];
    let bytes = 0;
    for (const match of this.#unsorted(view, entry)) {
      found.push(match);
      bytes += match.stored.bytes.length;
      if (found.length >= 2 * wanted + CHECK_EVERY) {
        found = found.sort(order).slice(0, wanted);
        bytes = found.reduce((sum, { stored }) => sum + stored.bytes.length, 0);
      }
      if (bytes > MAX_SORT_BYTES) throw sortTooLarge();
    }
    return found.sort(order).slice(0, wanted);
  }
}

/** Up to here it takes longer to prepare for what the access leaves open than to ask everything. */
const FEW = 16;

function rangesOf({ access }: Plan): number {
  return access.kind === "scan" ? access.ranges.length : 0;
}

function sortTooLarge(): ServerError {
  return new ServerError(
    "QueryExceededMemoryLimitNoDiskUseAllowed",
    `Executor error during find command :: caused by :: Sort exceeded memory limit of ${MAX_SORT_BYTES} bytes. The embedded engine does not sort on disk: add an index on the sort fields or a limit`,
  );
}
