import { type ClientSession, type MongoClient, MongoError, type TransactionOptions, WriteConcern } from "mongodb";
import type { TransactionOutcome } from "./database.js";
import { isDuplicateKey } from "./errors.js";

const options: TransactionOptions = {
  readConcern: { level: "snapshot" },
  writeConcern: new WriteConcern("majority"),
  readPreference: "primary",
};

const transientLabel = "TransientTransactionError";

/** Thrown inside a transaction, lets it start anew: what it read is no longer so. */
export function staleRead(what: string): MongoError {
  const error = new MongoError(what);
  error.addErrorLabel(transientLabel);
  return error;
}

/**
 * Runs `work` in a transaction, anew after each conflict, at most `maxAttempts` times.
 *
 * The driver backs off with jitter between attempts. A duplicate key counts as a conflict: every `_id` that we
 * insert in a transaction is an idempotency key that was looked up before, so a duplicate means that
 * someone else was faster.
 * @param work must be safe to repeat; `attempt` counts from 1
 * Source: MongoDB manual, "Transactions"; driver specification "Convenient API for Transactions"
 */
export async function runTransaction<T>(
  client: MongoClient,
  work: (session: ClientSession, attempt: number) => Promise<T>,
  maxAttempts: number,
): Promise<TransactionOutcome<T>> {
  let attempt = 0;
  let cause: unknown;
  const attemptOnce = async (session: ClientSession): Promise<T> => {
    attempt += 1;
    if (attempt > maxAttempts) throw new AttemptsUsedUp();
    try {
      return await work(session, attempt);
    } catch (error) {
      cause = error;
      throw isDuplicateKey(error) ? staleRead("A key was taken meanwhile") : error;
    }
  };
  try {
    const value = await client.withSession((session) => session.withTransaction(() => attemptOnce(session), options));
    return { kind: "done", value };
  } catch (error) {
    if (error instanceof AttemptsUsedUp || isTransient(error)) return { kind: "conflict", cause: cause ?? error };
    throw error;
  }
}

class AttemptsUsedUp extends Error {}

function isTransient(error: unknown): boolean {
  return error instanceof MongoError && error.hasErrorLabel(transientLabel);
}
