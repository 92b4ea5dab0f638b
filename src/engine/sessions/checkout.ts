import type { Kernel, Transaction } from "../kernel/types.js";
import { ServerError } from "../errors.js";
import type { SessionHeader } from "./header.js";
import { tooOld, type Session } from "./session.js";

/** What a command with a transaction number works in. */
export type Checkout =
  | { readonly kind: "transaction"; readonly transaction: Transaction }
  | { readonly kind: "retryable"; readonly mayBeRepeated: boolean };

/**
 * Judges a command's transaction number against what its session has seen, and begins a transaction when the command
 * says so. The session must be held (`Session.exclusively`).
 * @throws ServerError TransactionTooOld, NoSuchTransaction, TransactionCommitted
 * Source: mongodb/specifications, "Transactions"; `TransactionParticipant::beginOrContinue` of the server
 */
export function checkOut(session: Session, header: SessionHeader & { txnNumber: bigint }, kernel: Kernel): Checkout {
  const number = header.txnNumber;
  const state = session.settle();
  if (state !== undefined && number < state.number) throw tooOld(session, number, state.number, !header.inTransaction);
  const isNew = state === undefined || number > state.number;
  if (!header.inTransaction) return checkOutRetryable(session, number, isNew);
  if (header.startTransaction) return begin(session, number, isNew, kernel);
  return { kind: "transaction", transaction: openTransaction(session, number) };
}

function checkOutRetryable(session: Session, number: bigint, isNew: boolean): Checkout {
  if (!isNew && session.state?.kind !== "retryable") {
    const message = `Retryable write with txnNumber ${number} is prohibited on session ${session.key} because a multi-document transaction with the same number has already started on it.`;
    throw new ServerError(50911, message);
  }
  if (isNew) {
    session.abort();
    session.state = { kind: "retryable", number };
  }
  return { kind: "retryable", mayBeRepeated: !isNew };
}

function begin(session: Session, number: bigint, isNew: boolean, kernel: Kernel): Checkout {
  if (!isNew) {
    const message = `Cannot start a transaction at given transaction number ${number} a transaction with the same number is in state ${session.state?.kind}`;
    throw new ServerError(50911, message);
  }
  session.abort();
  const transaction = kernel.begin();
  session.state = { kind: "open", number, transaction, startedAt: Date.now() };
  return { kind: "transaction", transaction };
}

/**
 * The open transaction of that number.
 * @throws ServerError NoSuchTransaction, or TransactionCommitted
 */
export function openTransaction(session: Session, number: bigint): Transaction {
  const state = session.settle();
  if (state?.number !== number) throw noSuchTransaction(number, state?.number);
  switch (state.kind) {
    case "open":
      return state.transaction;
    case "committed":
      throw new ServerError("TransactionCommitted", `Transaction with { txnNumber: ${number} } has been committed.`);
    case "aborted":
      throw new ServerError("NoSuchTransaction", `Transaction with { txnNumber: ${number} } has been aborted.`);
    case "retryable":
      throw noSuchTransaction(number, number);
  }
}

function noSuchTransaction(number: bigint, active: bigint | undefined): ServerError {
  const message = `Given transaction number ${number} does not match any in-progress transactions. The active transaction number is ${active ?? -1}`;
  return new ServerError("NoSuchTransaction", message);
}
