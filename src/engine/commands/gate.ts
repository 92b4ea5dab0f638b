/** The longest that commands are held up: what is under way may itself wait for one of them. */
const HOLD_MS = 250;
const HOLD_AGAIN_MS = 1_000;

/** Lets commands through, many at a time, and something else between them when none is under way. */
export class Gate {
  #between: () => Promise<void> | undefined;
  readonly #isOverdue: () => boolean;
  #held: Promise<void> | undefined;
  #letGo: () => void = () => undefined;
  #holdAgainAt = 0;
  #running = 0;
  #pause: Promise<void> | undefined;

  /**
   * @param between asked before and after a command that finds itself alone; what it begins is waited for by all that
   *   come, and when it fails they fail
   * @param isOverdue whether it should not wait for such a chance any longer: commands are held up until there is one
   */
  constructor(between: () => Promise<void> | undefined, isOverdue = () => false) {
    this.#between = between;
    this.#isOverdue = isOverdue;
  }

  /** @param mayWait whether the command may be held up for what is to be done between commands */
  async run<T>(work: () => Promise<T>, mayWait = true): Promise<T> {
    this.#pauseWhenAlone();
    const hold = mayWait && this.#pause === undefined ? this.#hold() : undefined;
    if (hold !== undefined) await hold;
    while (this.#pause !== undefined) await this.#endOf(this.#pause);
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#pauseWhenAlone();
    }
  }

  /** Until something begins between commands, or for as long as can be afforded. */
  #hold(): Promise<void> | undefined {
    if (this.#held !== undefined) return this.#held;
    if (performance.now() < this.#holdAgainAt || !this.#isOverdue()) return undefined;
    this.#held = new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#holdAgainAt = performance.now() + HOLD_AGAIN_MS;
        this.#letGo();
      }, HOLD_MS);
      this.#letGo = () => {
        clearTimeout(timer);
        this.#held = undefined;
        resolve();
      };
    });
    return this.#held;
  }

  /** Lets nothing begin between commands any more, and waits for what has. */
  async close(): Promise<void> {
    this.#between = () => undefined;
    this.#holdAgainAt = Infinity;
    this.#letGo();
    await Promise.allSettled([this.#pause]);
  }

  #pauseWhenAlone(): void {
    if (this.#running > 0 || this.#pause !== undefined) return;
    this.#pause = this.#begin();
    if (this.#pause !== undefined) this.#letGo();
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
