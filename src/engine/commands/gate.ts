/** Lets commands through, many at a time, and something else between them when none is under way. */
export class Gate {
  #between: () => Promise<void> | undefined;
  #running = 0;
  #pause: Promise<void> | undefined;

  /**
   * @param between asked before and after a command that finds itself alone; what it begins is waited for by all that
   *   come, and when it fails they fail
   */
  constructor(between: () => Promise<void> | undefined) {
    this.#between = between;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#pauseWhenAlone();
    while (this.#pause !== undefined) await this.#endOf(this.#pause);
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#pauseWhenAlone();
    }
  }

  /** Lets nothing begin between commands any more, and waits for what has. */
  async close(): Promise<void> {
    this.#between = () => undefined;
    await Promise.allSettled([this.#pause]);
  }

  #pauseWhenAlone(): void {
    if (this.#running > 0 || this.#pause !== undefined) return;
    this.#pause = this.#begin();
    // Settled, so that a failure waits for the next command instead of being an unhandled rejection.
    void Promise.allSettled([this.#pause]);
  }

  /** What cannot even begin fails like the rest: the command that is just over has been done. */
  #begin(): Promise<void> | undefined {
    try {
      return this.#between();
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #endOf(pause: Promise<void>): Promise<void> {
    try {
      await pause;
    } finally {
      if (this.#pause === pause) this.#pause = undefined;
    }
  }
}
