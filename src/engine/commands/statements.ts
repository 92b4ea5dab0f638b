import { isNumber, toDouble } from "../bson/numbers.js";
import { docOf, Int32, type Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Unit } from "../kernel/types.js";
import { keepStatements, recallStatements, type DoneStatement } from "../sessions/retries.js";
import type { Request } from "./command.js";
import { checkDeadline } from "./execute.js";
import { maxWriteBatchSize } from "./hello.js";

export interface Batch {
  readonly count: number;
  readonly ordered: boolean;
  /** Does one statement; what it returns is answered again when the write is repeated. */
  readonly run: (unit: Unit, index: number) => Doc | null;
}

export interface BatchResult {
  /** By index; undefined for one that failed or was not reached. */
  readonly results: readonly (Doc | null | undefined)[];
  readonly errors: readonly StatementError[];
  /** Statements that had been done before, by an earlier try of the same write. */
  readonly retried: readonly Int32[];
}

export interface StatementError {
  readonly index: number;
  readonly error: ServerError;
}

/** Codes that end the whole command, whichever statement meets them: interruptions and the loss of the primary's role. */
const fatal = new Set([11600, 11601, 11602, 50, 262, 237, 10107, 13435, 13436, 189, 91]);
/** Inside a transaction these end it as the command's own error. */
const transient = new Set([112, 24, 246, 251, 257, 267, 239]);

/** @throws ServerError InvalidLength */
export function checkBatchSize(count: number): void {
  if (count >= 1 && count <= maxWriteBatchSize) return;
  const message = `Write batch sizes must be between 1 and ${maxWriteBatchSize}. Got ${count} operations.`;
  throw new ServerError("InvalidLength", message);
}

/**
 * Runs the statements of one write command in one commit: a failing one leaves no trace and, when the order counts,
 * ends the batch. Statements of a retryable write that were done before are not done again.
 */
export async function runStatements(request: Request, batch: Batch): Promise<BatchResult> {
  return request.write((unit) => {
    const { retry } = request;
    const before = retry?.mayBeRepeated === true ? recallStatements(unit, retry.session, retry.txnNumber) : undefined;
    const run = new BatchRun(request, unit, before);
    for (let index = 0; index < batch.count; index++) if (!run.step(batch, index)) break;
    if (retry !== undefined) keepStatements(unit, retry.session, retry.txnNumber, run.done);
    return run;
  });
}

class BatchRun implements BatchResult {
  readonly results: (Doc | null | undefined)[] = [];
  readonly errors: StatementError[] = [];
  readonly retried: Int32[] = [];
  readonly done: DoneStatement[] = [];
  readonly #request: Request;
  readonly #unit: Unit;
  readonly #before: ReadonlyMap<number, Doc | null> | undefined;
  readonly #numberOf: (index: number) => number;

  constructor(request: Request, unit: Unit, before: ReadonlyMap<number, Doc | null> | undefined) {
    this.#request = request;
    this.#unit = unit;
    this.#before = before;
    this.#numberOf = statementNumbers(request);
  }

  /** Does the statement at `index`; false when the batch ends with it. */
  step(batch: Batch, index: number): boolean {
    const statement = this.#numberOf(index);
    const earlier = this.#before?.get(statement);
    if (earlier !== undefined) {
      this.results[index] = earlier;
      this.retried.push(new Int32(statement));
      return true;
    }
    const { retry, server } = this.#request;
    const fault = retry && server.failPoints.onStatement();
    try {
      if (fault?.error !== undefined) throw fault.error;
      checkDeadline(this.#request.deadline);
      const result = batch.run(this.#unit, index);
      this.results[index] = result;
      if (retry !== undefined) this.done.push({ statement, result });
    } catch (error) {
      return this.#fail(error, index, batch.ordered);
    }
    if (fault?.closeConnection !== true) return true;
    this.#request.closeAfter = true;
    return false;
  }

  #fail(error: unknown, index: number, ordered: boolean): boolean {
    const inTransaction = this.#request.transaction !== undefined;
    if (!(error instanceof ServerError) || fatal.has(error.code)) throw error;
    if (inTransaction && transient.has(error.code)) throw error;
    this.errors.push({ index, error });
    return !ordered && !inTransaction;
  }
}

function statementNumbers({ args }: Request): (index: number) => number {
  const numbers = args.list("stmtIds")?.map((id) => (isNumber(id) ? toDouble(id) : 0));
  const first = Number(args.long("stmtId") ?? 0n);
  return (index) => numbers?.[index] ?? first + index;
}

/** An error as one of `writeErrors`. */
function writeError({ index, error }: StatementError): Doc {
  const fields = docOf({ index: new Int32(index), code: new Int32(error.code), errmsg: error.message });
  for (const [name, value] of error.extra ?? []) fields.set(name, value);
  return fields;
}

/** The fields that every write command's answer ends with. */
export function batchFields({ errors, retried }: BatchResult): Doc {
  return docOf({
    writeErrors: errors.length > 0 ? errors.map(writeError) : undefined,
    retriedStmtIds: retried.length > 0 ? retried : undefined,
  });
}
