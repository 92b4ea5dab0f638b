import type { Readable } from "node:stream";
import { WarehouseError } from "../../shared/errors.js";
import { unreadableFile } from "../../shared/file-errors.js";
import type { InputProblem } from "../../shared/input-problems.js";
import { contentHash, type OrderLine } from "../model.js";
import { type ByteSource, openByteSource } from "./byte-source.js";
import type { OrderContent } from "./check-order.js";
import { Examination, type SourceFacts } from "./examine.js";
import { scan } from "./scan.js";

export interface CheckedOrder {
  /** Which order of the whole input this is, from 0, bad and repeated ones counted too. */
  readonly index: number;
  /** The order's own id, else `<sha256 of its source's bytes>:<index in it>`. */
  readonly key: string;
  readonly order_id?: string;
  /** No product twice: repeated ones are summed, at their first place. */
  readonly lines: readonly OrderLine[];
  /** To the byte as in the file. */
  readonly address: string;
  readonly content_hash: string;
}

/** The checked orders of some files; nothing of them is kept in memory. */
export interface OrderSource {
  /** Of the sources, as given; stdin is `stdin`. */
  readonly names: readonly string[];
  /** How many orders `orders()` gives in all: the good ones, an order that stands there twice counted once. */
  readonly count: number;
  /** What is wrong with the orders that are left out (`skipInvalid`): the first 10,000 problems. */
  readonly invalid: readonly InputProblem[];
  readonly problemCount: number;
  /** How many orders are left out for a problem. */
  readonly invalidCount: number;
  /** Whether any of the orders brings its own `order_id`. */
  readonly hasOrderIds: boolean;
  /** What the user should know of the input, one sentence each. */
  readonly notes: readonly string[];
  /**
   * Reads the sources again, in order; orders that are read together come together.
   * @throws WarehouseError `unreadable_file` if a source has changed since the check
   */
  orders(): AsyncIterable<readonly CheckedOrder[]>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly stdin: Readable;
  /** Where stdin is kept while it is needed; the system's by default. */
  readonly tempDir?: string;
  /** Leave bad orders out instead of refusing the input. */
  readonly skipInvalid: boolean;
}

/**
 * Reads all sources once and checks every order in them, before anything is done with any.
 *
 * Memory is flat: what stays is a few numbers a source, 20 to 40 bytes an `order_id`, and the first 10,000 problems.
 * @param paths files in any form of `CONTRACT.md`, `-` for stdin
 * @throws WarehouseError `invalid_input` with every problem in `details.errors`; `unreadable_file`; `usage`
 */
export async function openOrderSource(paths: readonly string[], options: OpenOptions): Promise<OrderSource> {
  if (paths.filter((path) => path === "-").length > 1) {
    throw new WarehouseError("usage", "Standard input can be read only once; name - one time");
  }
  const sources: ByteSource[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(sources.map((source) => source.close()));
  };
  try {
    await openAll(paths, options, sources);
    const examination = new Examination();
    for (const source of sources) await examination.read(source);
    const { problems } = examination;
    if (problems.unusable) throw problems.toError(options.skipInvalid ? unskippable : undefined);
    if (problems.total > 0 && !options.skipInvalid) throw problems.toError();
    return orderSource(examination, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function orderSource(examination: Examination, close: () => Promise<void>): OrderSource {
  const { sources, problems } = examination;
  return {
    names: sources.map(({ source }) => source.name),
    count: sources.reduce((sum, { taken }) => sum + taken, 0),
    invalid: problems.kept,
    problemCount: problems.total,
    invalidCount: problems.invalidOrders,
    hasOrderIds: examination.hasOrderIds,
    notes: examination.notes(),
    orders: () => readOrders(sources),
    close,
  };
}

const unskippable = "mend the file: bad orders can be skipped, but behind this nobody can tell where an order begins";

/** Opens in order; what cannot be opened is said of all paths at once. */
async function openAll(paths: readonly string[], options: OpenOptions, sources: ByteSource[]): Promise<void> {
  const failures: WarehouseError[] = [];
  for (const path of paths) {
    try {
      sources.push(await openByteSource(path, options.stdin, options.tempDir));
    } catch (error) {
      if (!(error instanceof WarehouseError)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first === undefined) return;
  const errors = failures.map(({ message, details }) => ({ file: details["file"], message }));
  throw new WarehouseError("unreadable_file", errors.map(({ message }) => message).join("; "), {
    details: { errors },
    cause: first,
  });
}

async function* readOrders(sources: readonly SourceFacts[]): AsyncGenerator<readonly CheckedOrder[]> {
  for (const facts of sources) {
    if ((await facts.source.stamp()) !== facts.stamp) throw changed(facts);
  }
  for (const facts of sources) yield* readSource(facts);
}

async function* readSource(facts: SourceFacts): AsyncGenerator<readonly CheckedOrder[]> {
  if (facts.taken === 0) return;
  let taken = 0;
  let nextLeftOut = 0;
  for await (const found of scan(facts.source, { length: facts.bytes, wantPlaces: () => false })) {
    const orders: CheckedOrder[] = [];
    for (const item of found) {
      if (item.kind !== "good") continue;
      if (facts.leftOut[nextLeftOut] === item.index) nextLeftOut += 1;
      else orders.push(checkedOrder(facts, item.index, item.content));
    }
    taken += orders.length;
    yield orders;
  }
  if (taken !== facts.taken) throw changed(facts);
}

function checkedOrder({ firstIndex, sha256 }: SourceFacts, index: number, content: OrderContent): CheckedOrder {
  return {
    index: firstIndex + index,
    key: content.order_id ?? `${sha256}:${index}`,
    ...content,
    content_hash: contentHash(content.lines, content.address),
  };
}

function changed({ source }: SourceFacts): WarehouseError {
  return unreadableFile(source.name, `${source.name} changed while it was read; run the command again`);
}
