import type { Reader, Store, Writer } from "../storage/store.js";
import { clockValue } from "./clock.js";

/**
 * The writes of one process to its store, which tell whether others write to it too: as long as none does, nothing that
 * an open transaction has locked can change.
 */
export class OwnWrites {
  readonly #store: Store;
  #last: Buffer | undefined;
  #strangers = 0;
  #underWay = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** How often writes of others have been met: each write looks when it begins. */
  get strangers(): number {
    return this.#strangers;
  }

  /** Whether something is written already that a new snapshot does not show yet. */
  get areUnderWay(): boolean {
    return this.#underWay > 0;
  }

  /** `Store.write` */
  async write<T>(work: (writer: Writer) => T): Promise<T> {
    let begun = 0;
    try {
      return await this.#store.write((writer) => {
        begun = 1;
        this.#underWay++;
        this.lookAt(writer);
        const result = work(writer);
        this.#last = clockValue(writer);
        return result;
      });
    } finally {
      this.#underWay -= begun;
    }
  }

  /** Looks whether the newest commit is a stranger's. While writes are under way, only another of them can tell. */
  lookAt(newest: Reader): void {
    const clock = clockValue(newest);
    const isOurs = clock !== undefined && this.#last !== undefined && clock.equals(this.#last);
    if (!isOurs) this.#strangers++;
  }
}
