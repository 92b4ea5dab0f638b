import { type ChangeStream, type Collection, type Document, MongoServerError, Timestamp } from "mongodb";
import type { Collections } from "./collections.js";
import type { Database } from "./database.js";
import { pause, pollDelayMs } from "./waiting.js";

/** Waiting until something changes that is being looked at. */
export interface Changes {
  /** Changes count from now on: called before what is shown is read. */
  mark(): Promise<void>;
  /** Waits until something has changed since the mark or, polling, until it is time to look. Ends early at `signal`. */
  next(signal: AbortSignal): Promise<void>;
  /** What was read had changed: polling begins anew at its shortest. */
  moved(): void;
  /** Whether changes announce themselves, as far as is known. */
  readonly announced: boolean;
}

/** How long one look at a change stream may take. */
const streamWaitMs = 1_000;

/**
 * Waits by change streams where the deployment has them, else by polling with back-off (250 ms to 5 s).
 *
 * A stream is open only while somebody waits, and ends with its first event: however much changes meanwhile, there is
 * never a backlog to read. It begins right after the moment of the mark, so nothing in between is missed.
 * Source: MongoDB manual, "Change Streams", `startAtOperationTime`
 */
export function watchChanges(
  { db, collections }: Pick<Database, "db" | "collections">,
  names: CollectionNames,
): Changes {
  let announced = true;
  let looks = 0;
  let since: Timestamp | undefined;
  const open = (start: Timestamp | undefined): ChangeStream[] =>
    names.map((name) => openStream(collections[name] as unknown as Collection, start));
  return {
    async mark() {
      if (announced) since = momentAfter(await db.command({ hello: 1 }));
    },
    async next(signal) {
      if (announced && !signal.aborted) {
        announced = await announcedBy(open, since, signal);
        if (announced) return;
      }
      await pause(pollDelayMs(looks), signal);
      looks += 1;
    },
    moved: () => void (looks = 0),
    get announced() {
      return announced;
    },
  };
}

type CollectionNames = readonly (keyof Collections)[];

function openStream(collection: Collection, start: Timestamp | undefined): ChangeStream {
  const options = { maxAwaitTimeMS: streamWaitMs, ...(start !== undefined && { startAtOperationTime: start }) };
  return collection.watch([{ $project: { _id: 1 } }], options);
}

/** The server's newest moment, and one on: an event at the moment itself has been seen. */
function momentAfter({ operationTime }: Document): Timestamp | undefined {
  if (!(operationTime instanceof Timestamp)) return undefined;
  return new Timestamp({ t: operationTime.t, i: operationTime.i + 1 });
}

/** @returns whether a change was announced; `false` where there are no change streams */
async function announcedBy(
  open: (start: Timestamp | undefined) => ChangeStream[],
  since: Timestamp | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const first = await firstChange(open(since), signal);
  if (first !== "history_lost") return first === "changed";
  // A log that begins only now, or has moved on: what changed before is not in it, so it is time to look anyway.
  const streams = open(undefined);
  const looked = await Promise.allSettled(streams.map((stream) => stream.tryNext()));
  await closeAll(streams);
  return looked.every(({ status }) => status === "fulfilled");
}

type First = "changed" | "history_lost" | "unavailable";

/** Whatever a stream fails with, polling does without it; a database that is gone shows at the next look. */
async function firstChange(streams: readonly ChangeStream[], signal: AbortSignal): Promise<First> {
  const stop = (): void => void closeAll(streams);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race(streams.map((stream) => untilChange(stream, signal)));
    return "changed";
  } catch (error) {
    if (signal.aborted) return "changed";
    return isHistoryLost(error) ? "history_lost" : "unavailable";
  } finally {
    signal.removeEventListener("abort", stop);
    await closeAll(streams);
  }
}

async function untilChange(stream: ChangeStream, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await stream.tryNext()) === null);
}

async function closeAll(streams: readonly ChangeStream[]): Promise<void> {
  await Promise.allSettled(streams.map((stream) => stream.close()));
}

function isHistoryLost(error: unknown): boolean {
  return error instanceof MongoServerError && error.codeName === "ChangeStreamHistoryLost";
}
