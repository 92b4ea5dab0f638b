import { encodeDoc } from "../bson/encode.js";
import { ServerError } from "../errors.js";
import { commitStatement } from "../kernel/types.js";
import { openTransaction } from "../sessions/checkout.js";
import { readSessionHeader } from "../sessions/header.js";
import { tooOld, type Session } from "../sessions/session.js";
import { reply, type Reply } from "../wire/reply.js";
import type { CommandTable, Request } from "./command.js";

interface Ending {
  readonly session: Session;
  readonly number: bigint;
}

/** The session and number of a commit or abort. */
function endingOf({ args, session }: Request): Ending {
  const { txnNumber, inTransaction } = readSessionHeader(args.doc);
  if (session === undefined || txnNumber === undefined || !inTransaction) {
    throw new ServerError("InvalidOptions", `${args.where} may only be run in a transaction`);
  }
  const newest = session.settle()?.number;
  if (newest !== undefined && txnNumber < newest) throw tooOld(session, txnNumber, newest, false);
  return { session, number: txnNumber };
}

/** A repeated commit of a committed transaction succeeds again. */
async function commitTransaction(request: Request): Promise<Reply> {
  const { session, number } = endingOf(request);
  if (session.state?.kind === "committed" && session.state.number === number) return reply();
  const transaction = openTransaction(session, number);
  try {
    await transaction.commit({ session: session.id, txnNumber: number, statement: commitStatement, reply: done });
  } catch (error) {
    session.abort();
    throw error;
  }
  session.state = { kind: "committed", number };
  return reply();
}

const done = encodeDoc(new Map());

function abortTransaction(request: Request): Reply {
  const { session, number } = endingOf(request);
  openTransaction(session, number);
  session.abort();
  request.server.cursors.closeWhere((cursor) => cursor.sessionKey === session.key && cursor.txnNumber === number);
  return reply();
}

const ending = { inTransaction: true, writes: true, adminOnly: true } as const;
const args = { recoveryToken: "object" };

export const transactionCommands: CommandTable = {
  commitTransaction: { ...ending, args, run: commitTransaction },
  abortTransaction: { ...ending, args, run: abortTransaction },
};
