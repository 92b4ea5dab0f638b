/** Lets commands through, many at a time, and something else between them when none is under way. */
export class Gate {
  readonly #between: () => Promise<void> | undefined;
  #running = 0;
  #pause: Promise<void> | undefined;

  /** @param between asked before a command that finds itself alone; what it begins is waited for by all that come */
  constructor(between: () => Promise<void> | undefined) {
    this.#between = between;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running === 0) this.#pause ??= this.#between()?.finally(() => (this.#pause = undefined));
    while (this.#pause !== undefined) await this.#pause;
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
    }
  }
}
