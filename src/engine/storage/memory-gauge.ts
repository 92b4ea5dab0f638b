const LOOK_EVERY_MS = 100;
const LIMIT_BYTES = 32 * 1024 * 1024;

/** Tells when the process has grown since its memory was last given back. */
export class MemoryGauge {
  #least = Infinity;
  #nextLook = 0;
  readonly #limitBytes: number;

  constructor(limitBytes = LIMIT_BYTES) {
    this.#limitBytes = limitBytes;
  }

  /** Cheap enough to be asked before every command. */
  isHigh(): boolean {
    const now = performance.now();
    if (now < this.#nextLook) return false;
    this.#nextLook = now + LOOK_EVERY_MS;
    const bytes = process.memoryUsage.rss();
    this.#least = Math.min(this.#least, bytes);
    return bytes - this.#least > this.#limitBytes;
  }

  restart(): void {
    this.#least = Infinity;
  }
}
