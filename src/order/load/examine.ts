import { createHash } from "node:crypto";
import { countOf, formatPath } from "../../shared/json-text.js";
import { contentHash } from "../model.js";
import type { ByteSource } from "./byte-source.js";
import { OrderIds } from "./order-ids.js";
import { InputProblems } from "../../shared/input-problems.js";
import { type Found, scan } from "./scan.js";

/** What is remembered of a source between its two readings. */
export interface SourceFacts {
  readonly source: ByteSource;
  readonly stamp: string;
  readonly sha256: string;
  readonly bytes: number;
  /** The index of its first order in the whole input. */
  readonly firstIndex: number;
  /** Its orders, good and bad. */
  readonly orders: number;
  /** Good orders that are to be processed. */
  readonly taken: number;
  /** Indexes in the source of good orders that repeat or contradict an earlier one, ascending. */
  readonly leftOut: readonly number[];
}

const namedFields = 10;

/** The first reading of every source: finds all that is wrong, and what is needed to read the good orders again. */
export class Examination {
  readonly sources: SourceFacts[] = [];
  readonly problems = new InputProblems();
  readonly #ids = new OrderIds();
  readonly #unknownFields = new Set<string>();
  #moreUnknownFields = false;
  #repeated = 0;
  /** Whether any good order brings its own id. */
  hasOrderIds = false;

  async read(source: ByteSource): Promise<void> {
    const stamp = await source.stamp();
    const digest = createHash("sha256");
    const firstIndex = this.sources.reduce((sum, { orders }) => sum + orders, 0);
    const tally: Tally = { source, firstIndex, orders: 0, taken: 0, bytes: 0, leftOut: [] };
    const onBytes = (chunk: Buffer): void => {
      digest.update(chunk);
      tally.bytes += chunk.length;
    };
    for await (const found of scan(source, { onBytes, wantPlaces: () => this.problems.open })) {
      for (const item of found) this.#note(item, tally);
    }
    this.sources.push(this.#once({ ...tally, stamp, sha256: digest.digest("hex") }));
  }

  /** What the user should know, one sentence each. */
  notes(): string[] {
    const names = [...this.#unknownFields].join(", ");
    return [
      ...(names === "" ? [] : [`Ignored unknown fields: ${names}${this.#moreUnknownFields ? " and more" : ""}`]),
      ...(this.#repeated === 0 ? [] : [repeatNote(this.#repeated)]),
    ];
  }

  #note(item: Found, tally: Tally): void {
    const { name } = tally.source;
    if (item.kind === "unknown_fields") this.#noteFields(item.names);
    else if (item.kind === "unusable") {
      this.problems.add(name, [item.problem]);
      this.problems.unusable = true;
    } else {
      tally.orders = item.index + 1;
      if (item.kind === "good") this.#noteGood(item, tally);
      else {
        this.problems.add(name, item.problems);
        this.problems.invalidOrders += 1;
      }
    }
  }

  #noteGood({ index, place, content }: Found & { kind: "good" }, tally: Tally): void {
    const { order_id, lines, address } = content;
    const ordinal = tally.firstIndex + index;
    this.hasOrderIds ||= order_id !== undefined;
    const sighting = order_id === undefined ? undefined : this.#ids.see(order_id, contentHash(lines, address), ordinal);
    if (sighting?.kind !== "seen") {
      tally.taken += 1;
      return;
    }
    tally.leftOut.push(index);
    if (sighting.same) {
      this.#repeated += 1;
      return;
    }
    const path = formatPath(["orders", index, "order_id"]);
    const message = `The order_id is also that of ${this.#nameOf(sighting.place, tally)}, with other content`;
    this.problems.add(tally.source.name, [{ ...place, path, message }]);
    this.problems.invalidOrders += 1;
  }

  /** An order by its number in the whole input, as a user finds it. */
  #nameOf(ordinal: number, current: Tally): string {
    const home = [...this.sources, current].findLast(({ firstIndex }) => firstIndex <= ordinal) ?? current;
    return `${formatPath(["orders", ordinal - home.firstIndex])} in ${home.source.name}`;
  }

  #noteFields(names: readonly string[]): void {
    for (const name of names) {
      if (this.#unknownFields.size < namedFields) this.#unknownFields.add(shown(name));
      else if (!this.#unknownFields.has(shown(name))) this.#moreUnknownFields = true;
    }
  }

  /** The same bytes under a second name hold the same orders: their keys are the same, so they count once. */
  #once(facts: SourceFacts): SourceFacts {
    const earlier = this.sources.some(({ sha256 }) => sha256 === facts.sha256);
    if (!earlier) return facts;
    this.#repeated += facts.taken;
    return { ...facts, taken: 0 };
  }
}

interface Tally {
  readonly source: ByteSource;
  readonly firstIndex: number;
  readonly leftOut: number[];
  orders: number;
  taken: number;
  bytes: number;
}

function repeatNote(count: number): string {
  return count === 1
    ? "1 order repeats an earlier one with the same content and counts once"
    : `${countOf(count)} orders repeat earlier ones with the same content; each counts once`;
}

function shown(name: string): string {
  const prefix = "products[].";
  return name.startsWith(prefix) ? prefix + formatPath([name.slice(prefix.length)]) : formatPath([name]);
}
