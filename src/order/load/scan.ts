import { findDuplicateKeys, type JsonPassage, type JsonProblem, parseJson } from "../../shared/json-check.js";
import { formatPath, invalidUtf8At, type Place, placesOf } from "../../shared/json-text.js";
import type { ByteSource } from "./byte-source.js";
import { checkOrderText, type OrderContent, ordersNotArray } from "./check-order.js";
import { DocumentFramer } from "./document-framer.js";
import {
  byteOrderMarkLength,
  describeForeignBytes,
  detectFormat,
  type Format,
  headBytes,
  mayBeEmpty,
} from "./format.js";
import type { Frame, Framer } from "./frame.js";
import { LineFramer } from "./line-framer.js";

/** What one reading of a source finds; `index` counts every order from 0, good or bad. */
export type Found =
  | { readonly kind: "good"; readonly index: number; readonly place: Place; readonly content: OrderContent }
  | { readonly kind: "bad"; readonly index: number; readonly problems: readonly JsonProblem[] }
  | { readonly kind: "unknown_fields"; readonly names: readonly string[] }
  /** Nothing after this can be read. */
  | { readonly kind: "unusable"; readonly problem: JsonProblem };

export interface ScanOptions {
  /** Read no further than this. */
  readonly length?: number;
  readonly onBytes?: (chunk: Buffer) => void;
  /** Asked for each bad order; places are costly. */
  readonly wantPlaces?: () => boolean;
}

/**
 * Reads a source once, from its first byte, and checks its orders one by one; a chunk's findings come together.
 *
 * Memory does not grow with the source: a chunk, and the one order at hand.
 * @throws WarehouseError `unreadable_file`
 */
export async function* scan(source: ByteSource, options: ScanOptions = {}): AsyncGenerator<readonly Found[]> {
  const reader = new Reader(source, options.wantPlaces ?? (() => true));
  for await (const chunk of source.read(options.length)) {
    options.onBytes?.(chunk);
    yield reader.push(chunk);
    if (reader.finished) return;
  }
  yield reader.end();
}

class Reader {
  readonly #source: ByteSource;
  readonly #wantPlaces: () => boolean;
  #head: Buffer[] = [];
  #headLength = 0;
  #framer: Framer | undefined;
  #format: Format = "empty";
  #index = 0;
  finished = false;

  constructor(source: ByteSource, wantPlaces: () => boolean) {
    this.#source = source;
    this.#wantPlaces = wantPlaces;
  }

  push(chunk: Buffer): Found[] {
    if (this.#framer !== undefined) return this.#read(this.#framer.push(chunk));
    this.#head.push(chunk);
    this.#headLength += chunk.length;
    return this.#headLength < headBytes ? [] : this.#begin();
  }

  end(): Found[] {
    const begun = this.#framer === undefined ? this.#begin() : [];
    if (this.finished || this.#framer === undefined) return begun;
    return [...begun, ...this.#read(this.#framer.end())];
  }

  #begin(): Found[] {
    const bytes = Buffer.concat(this.#head);
    this.#head = [];
    const head = bytes.subarray(byteOrderMarkLength(bytes));
    const foreign = describeForeignBytes(head);
    if (foreign !== undefined) return [this.#stop({ line: 1, column: 1, path: "", message: foreign })];
    const { path } = this.#source;
    this.#format = detectFormat(head, path ?? "");
    if (this.#format === "empty") {
      if (mayBeEmpty(path)) return [];
      return [
        this.#stop({ line: 1, column: 1, path: "", message: "The file is empty; an order file without orders is []" }),
      ];
    }
    this.#framer = this.#format === "lines" ? new LineFramer() : new DocumentFramer();
    return this.#read(this.#framer.push(head));
  }

  #stop(problem: JsonProblem): Found {
    this.finished = true;
    return { kind: "unusable", problem };
  }

  #read(frames: readonly Frame[]): Found[] {
    const found: Found[] = [];
    for (const frame of frames) {
      if (this.finished) break;
      this.#readFrame(frame, found);
    }
    return found;
  }

  #readFrame(frame: Frame, found: Found[]): void {
    const { place } = frame;
    switch (frame.kind) {
      case "broken":
        found.push(this.#stop({ ...place, path: "", message: frame.message }));
        break;
      case "envelope":
        this.#readEnvelope(frame, found);
        break;
      case "oversized":
        found.push(this.#bad([{ ...place, path: this.#path(), message: "An order is larger than 32 MB" }]));
        break;
      case "object":
      case "order":
        this.#readOrder(frame, found);
        break;
    }
  }

  #readOrder({ kind, bytes, place }: Frame & { kind: "order" | "object" }, found: Found[]): void {
    const invalid = invalidUtf8(bytes, place);
    if (invalid !== undefined) {
      found.push(this.#bad([{ ...invalid, path: this.#path() }]));
      return;
    }
    const passage = { text: bytes.toString(), origin: place, path: ["orders", this.#index] };
    const misplaced = kind === "object" ? misplacedOrders(passage) : undefined;
    if (misplaced === undefined) this.#check(passage, found);
    else found.push(this.#stop(misplaced));
  }

  #check(passage: JsonPassage, found: Found[]): void {
    const checked = checkOrderText(passage, this.#wantPlaces());
    if (checked.kind === "bad") found.push(this.#bad(checked.problems));
    else if (checked.kind === "good") {
      found.push({ kind: "good", index: this.#index, place: passage.origin, content: checked.content });
      this.#index += 1;
      if (checked.unknownFields.length > 0) found.push({ kind: "unknown_fields", names: checked.unknownFields });
    } else if (this.#format === "lines") found.push(this.#bad([checked.problem]));
    else found.push(this.#stop(checked.problem));
  }

  /** Checks what stands around the list, as if the list were empty. */
  #readEnvelope({ before, after, place, resumed }: Frame & { kind: "envelope" }, found: Found[]): void {
    const invalid = invalidUtf8(before, place) ?? invalidUtf8(after, resumed);
    if (invalid !== undefined) {
      found.push(this.#stop({ ...invalid, path: "" }));
      return;
    }
    const start = before.toString();
    const seam = { offset: start.length, place: resumed };
    const passage = { text: start + after.toString(), origin: place, path: [], seam };
    const parsed = parseJson(passage);
    const problem = parsed.kind === "broken" ? parsed.problem : findDuplicateKeys(passage)[0];
    if (problem !== undefined) found.push(this.#stop(problem));
    else if (parsed.kind === "value") {
      const names = Object.keys(parsed.value as object).filter((key) => key !== "orders");
      if (names.length > 0) found.push({ kind: "unknown_fields", names });
    }
  }

  #bad(problems: readonly JsonProblem[]): Found {
    this.#index += 1;
    return { kind: "bad", index: this.#index - 1, problems };
  }

  #path(): string {
    return formatPath(["orders", this.#index]);
  }
}

function misplacedOrders(passage: JsonPassage): JsonProblem | undefined {
  const parsed = parseJson(passage);
  return parsed.kind === "value" ? ordersNotArray(parsed.value, passage) : undefined;
}

function invalidUtf8(bytes: Buffer, origin: Place): (Place & { readonly message: string }) | undefined {
  const at = invalidUtf8At(bytes);
  if (at < 0) return undefined;
  const before = bytes.toString("utf8", 0, at);
  const [place = origin] = placesOf(before, [before.length], origin);
  const byte = (bytes[at] ?? 0).toString(16).padStart(2, "0");
  return { ...place, message: `The byte 0x${byte} is not UTF-8; save the file as UTF-8` };
}
