import { encodeDoc } from "../bson/encode.js";
import { isDoc, type Doc } from "../bson/types.js";
import type { Batch, BatchSource, Following } from "../cursors/registry.js";
import { ServerError } from "../errors.js";
import type { ChangeLog } from "../kernel/change-log.js";
import type { Kernel, Unit } from "../kernel/types.js";
import { eventsOf, type StreamEvent } from "./events.js";
import type { StreamOptions } from "./options.js";
import { behindChange, behindCommit, logKeyOf, resumeToken, versionOf, type Position } from "./position.js";

export interface StreamSpec {
  readonly options: StreamOptions;
  /** The stages behind `$changeStream`, for one event at a time. */
  readonly transform: (event: Doc) => Iterable<Doc>;
}

/** As a cursor's batch: about as much as a document may have. */
const batchBytes = 16 * 1024 * 1024;
/** Changes looked at in one go, wanted or not: others wait meanwhile. */
const looksAtOnce = 2000;

/** Follows the log of changes: each batch reads on from where the last ended, and holds nothing open between. */
export class ChangeStreamSource implements BatchSource, Following {
  readonly following: Following = this;
  readonly #kernel: Kernel;
  readonly #spec: StreamSpec;
  #at: Position;
  #isBehind = false;
  #ended = false;

  private constructor(kernel: Kernel, spec: StreamSpec, start: Position) {
    this.#kernel = kernel;
    this.#spec = spec;
    this.#at = start;
  }

  /** @throws ServerError ChangeStreamHistoryLost when it is to begin before what the log has */
  static async open(kernel: Kernel, spec: StreamSpec): Promise<ChangeStreamSource> {
    await kernel.watchChanges();
    return kernel.read((unit) => {
      const log = unit.changeLog();
      const source = new ChangeStreamSource(kernel, spec, spec.options.start ?? behindCommit(log.now));
      source.#checkHistory(log);
      return source;
    });
  }

  get resumeToken(): Doc {
    return resumeToken(this.#at);
  }

  get isBehind(): boolean {
    return this.#isBehind;
  }

  async prepare(): Promise<void> {
    await this.#kernel.watchChanges();
  }

  next(count: number): Batch {
    const docs: Buffer[] = [];
    if (!this.#ended) this.#kernel.read((unit) => this.#read(unit, docs, count));
    return { docs, done: this.#ended };
  }

  close(): void {
    this.#ended = true;
  }

  #read(unit: Unit, docs: Buffer[], count: number): void {
    const log = unit.changeLog();
    this.#checkHistory(log);
    this.#isBehind = true;
    let room = batchBytes;
    let looks = 0;
    for (const change of log.from(logKeyOf(this.#at))) {
      for (const event of eventsOf(change, this.#spec.options, unit)) {
        if (event.position.compare(this.#at) <= 0) continue;
        if (docs.length >= count || room <= 0) return;
        for (const doc of this.#transformed(event)) room -= docs[docs.push(encodeDoc(doc)) - 1]?.length ?? 0;
        this.#at = event.position;
        this.#ended = event.isLast;
        if (event.isLast) return;
      }
      this.#advance(behindChange(change.key));
      if (++looks >= looksAtOnce) return;
    }
    this.#advance(behindCommit(log.now));
    this.#isBehind = false;
  }

  #advance(position: Position): void {
    if (position.compare(this.#at) > 0) this.#at = position;
  }

  /** What came out of the stages must still say where the stream can be resumed. */
  #transformed({ doc }: StreamEvent): Doc[] {
    const token = doc.get("_id");
    const results = [...this.#spec.transform(doc)];
    const data = isDoc(token) ? token.get("_data") : undefined;
    const isKept = results.every((result) => {
      const id = result.get("_id");
      return isDoc(id) && id.size === 1 && id.get("_data") === data;
    });
    if (isKept) return results;
    throw new ServerError(
      "ChangeStreamFatalError",
      "Encountered an event whose _id field, which contains the resume token, was modified by the pipeline. Modifying the _id field of an event makes it impossible to resume the stream from that point. Only transformations that retain the unmodified _id field are allowed.",
    );
  }

  #checkHistory({ since }: ChangeLog): void {
    if (since !== undefined && versionOf(this.#at) >= since) return;
    throw new ServerError(
      "ChangeStreamHistoryLost",
      "Resume of change stream was not possible, as the resume point may no longer be in the oplog.",
    );
  }
}
