import type { Transaction } from "../kernel/types.js";
import { ServerError } from "../errors.js";

/** What a session's newest transaction number stands for. */
export type SessionState =
  | { readonly kind: "retryable" | "committed" | "aborted"; readonly number: bigint }
  | { readonly kind: "open"; readonly number: bigint; readonly transaction: Transaction; readonly startedAt: number };

/** One logical session: at most one command with a transaction number runs in it at a time. */
export class Session {
  readonly id: Buffer;
  /** The id as lower-case hex, for maps. */
  readonly key: string;
  /** Undefined until a transaction number has been used. */
  state: SessionState | undefined;
  lastUsed = Date.now();
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(id: Buffer, key: string) {
    this.id = id;
    this.key = key;
  }

  /** Whether a command holds the session. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  /** Runs `work` after the commands before it. */
  async exclusively<T>(work: () => Promise<T> | T): Promise<T> {
    const before = this.#tail;
    this.#waiting++;
    const run = (async () => {
      await before;
      return await work();
    })();
    this.#tail = run.then(
      () => this.#done(),
      () => this.#done(),
    );
    return run;
  }

  #done(): void {
    this.#waiting--;
    this.lastUsed = Date.now();
  }

  /** Throws an open transaction away. */
  abort(): void {
    if (this.state?.kind !== "open") return;
    this.state.transaction.abort();
    this.state = { kind: "aborted", number: this.state.number };
  }

  /** An open transaction whose time ran out counts as aborted. */
  settle(): SessionState | undefined {
    if (this.state?.kind === "open" && this.state.transaction.state === "aborted") this.abort();
    return this.state;
  }
}

export function tooOld(session: Session, number: bigint, newest: bigint, retryable: boolean): ServerError {
  const message = retryable
    ? `Retryable write with txnNumber ${number} is prohibited on session ${session.key} because a newer retryable write with txnNumber ${newest} has already started on this session.`
    : `Cannot start transaction with { txnNumber: ${number} } on session ${session.key} because a newer transaction with txnNumber ${newest} has already started on this session.`;
  return new ServerError("TransactionTooOld", message);
}
