import { commitStatement, type Kernel } from "../kernel/types.js";
import { Session } from "./session.js";

/** As announced by `logicalSessionTimeoutMinutes`. */
export const sessionTimeoutMinutes = 30;

/** The logical sessions that clients use; those that are left alone for 30 minutes are forgotten. */
export class SessionRegistry {
  readonly #sessions = new Map<string, Session>();
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** The session of that id, begun by its first use. */
  get(id: Buffer): Session {
    const key = id.toString("hex");
    const known = this.#sessions.get(key);
    if (known !== undefined) {
      known.lastUsed = Date.now();
      return known;
    }
    const session = new Session(Buffer.from(id), key);
    this.#sessions.set(key, session);
    return session;
  }

  /** Learns what earlier processes did in this session, before its first transaction number is judged. */
  recall(session: Session): void {
    if (session.state !== undefined) return;
    session.state = this.#kernel.read((unit) => {
      const number = unit.lastTxnNumber(session.id);
      if (number === undefined) return undefined;
      const committed = unit.retryRecords(session.id, number).has(commitStatement);
      return { kind: committed ? "committed" : "retryable", number } as const;
    });
  }

  end(ids: readonly Buffer[]): void {
    for (const id of ids) this.#forget(id.toString("hex"));
  }

  /** Aborts every open transaction and forgets all sessions. */
  endAll(): void {
    for (const key of [...this.#sessions.keys()]) this.#forget(key);
  }

  /** Aborts transactions whose time is over, forgets sessions not used for `sessionTimeoutMinutes`. */
  sweep(now: number): void {
    for (const session of [...this.#sessions.values()]) {
      session.settle();
      const idle = now - session.lastUsed > sessionTimeoutMinutes * 60_000;
      if (idle && !session.busy) this.#forget(session.key);
    }
  }

  #forget(key: string): void {
    this.#sessions.get(key)?.abort();
    this.#sessions.delete(key);
  }
}
