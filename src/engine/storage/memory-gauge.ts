import { existsSync, readFileSync } from "node:fs";

const LOOK_EVERY_MS = 50;
/** So many times the limit is worth holding others up for. */
const OVERDUE = 2;
const MB = 1024 * 1024;

const STATM = "/proc/self/statm";
const tellsFiles = existsSync(STATM);

/**
 * Tells when more of the data file has come into memory than it was last time it was given back.
 *
 * Mapping the file anew costs what the compiler has learned of the storage library, so growth of the heap must not
 * cause it where the system tells one from the other.
 */
export class MemoryGauge {
  #least = Infinity;
  #grown = 0;
  #nextLook = 0;
  readonly #limitBytes: number;
  readonly #mappedBytes: () => number;

  /** @param mappedBytes what is in memory of files; where that cannot be told, all memory of the process */
  constructor(limitBytes = (tellsFiles ? 8 : 48) * MB, mappedBytes = tellsFiles ? residentFileBytes : residentBytes) {
    this.#limitBytes = limitBytes;
    this.#mappedBytes = mappedBytes;
  }

  /** Cheap enough to be asked before and after every command. */
  isHigh(): boolean {
    return this.#growth() > this.#limitBytes;
  }

  /** Whether it has been high for so long that it matters. */
  isOverdue(): boolean {
    return this.#growth() > OVERDUE * this.#limitBytes;
  }

  #growth(): number {
    const now = performance.now();
    if (now < this.#nextLook) return this.#grown;
    this.#nextLook = now + LOOK_EVERY_MS;
    const bytes = this.#mappedBytes();
    this.#least = Math.min(this.#least, bytes);
    this.#grown = bytes - this.#least;
    return this.#grown;
  }

  restart(): void {
    this.#least = Infinity;
    this.#grown = 0;
  }
}

function residentBytes(): number {
  return process.memoryUsage.rss();
}

/** Source: proc(5), `/proc/[pid]/statm`: total, resident and file-backed resident pages. */
function residentFileBytes(): number {
  const [, resident, fileBacked] = readFileSync(STATM, "latin1").split(" ").map(Number);
  return resident && fileBacked ? (residentBytes() * fileBacked) / resident : 0;
}
