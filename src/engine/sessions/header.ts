import { Binary, isDoc, type Doc, type Value } from "../bson/types.js";
import { isNumber, toExactLong } from "../bson/numbers.js";
import { typeName } from "../bson/typename.js";
import { ServerError } from "../errors.js";

/** What a command says about its session and transaction. */
export interface SessionHeader {
  readonly sessionId: Buffer | undefined;
  readonly txnNumber: bigint | undefined;
  /** `autocommit: false`: part of a multi-document transaction. */
  readonly inTransaction: boolean;
  readonly startTransaction: boolean;
}

const none: SessionHeader = {
  sessionId: undefined,
  txnNumber: undefined,
  inTransaction: false,
  startTransaction: false,
};

/**
 * Reads `lsid`, `txnNumber`, `autocommit` and `startTransaction` of a command.
 * @throws ServerError InvalidOptions for combinations that mean nothing
 * Source: mongodb/specifications, "Driver Sessions" and "Transactions"; `validateSessionOptions` of the server
 */
export function readSessionHeader(body: Doc): SessionHeader {
  const lsid = body.get("lsid");
  const txnNumber = readTxnNumber(body.get("txnNumber"));
  const autocommit = body.get("autocommit");
  const start = body.get("startTransaction");
  if (lsid === undefined && txnNumber === undefined && autocommit === undefined && start === undefined) return none;
  if (txnNumber !== undefined && lsid === undefined) {
    throw invalid("Transaction number requires a session ID to also be specified");
  }
  if (autocommit !== undefined && txnNumber === undefined) {
    throw invalid("'autocommit' field requires a transaction number to also be specified");
  }
  if (start !== undefined && autocommit === undefined) {
    throw invalid("'startTransaction' field requires 'autocommit' field to also be specified");
  }
  if (autocommit !== undefined && autocommit !== false) throw invalid("Specifying autocommit=true is not allowed.");
  if (start !== undefined && start !== true) throw invalid("Specifying startTransaction=false is not allowed.");
  return {
    sessionId: lsid === undefined ? undefined : readSessionId(lsid),
    txnNumber,
    inTransaction: autocommit === false,
    startTransaction: start === true,
  };
}

/** @throws ServerError unless it is `{ id: UUID }` */
export function readSessionId(lsid: Value): Buffer {
  if (!isDoc(lsid)) {
    throw new ServerError(
      "TypeMismatch",
      `BSON field 'lsid' is the wrong type '${typeName(lsid)}', expected type 'object'`,
    );
  }
  const id = lsid.get("id");
  if (id === undefined)
    throw new ServerError("IDLFailedToParse", "BSON field 'lsid.id' is missing but a required field");
  if (!(id instanceof Binary) || id.subtype !== 4) {
    throw new ServerError("TypeMismatch", "BSON field 'lsid.id' is the wrong type, expected type 'UUID'");
  }
  if (id.bytes.length !== 16)
    throw new ServerError("InvalidUUID", "uuid must be a 16-byte binary field with UUID (4) subtype");
  return Buffer.from(id.bytes);
}

function readTxnNumber(value: Value | undefined): bigint | undefined {
  if (value === undefined) return undefined;
  const number = isNumber(value) ? toExactLong(value) : undefined;
  if (number === undefined) {
    throw new ServerError(
      "TypeMismatch",
      `BSON field 'txnNumber' is the wrong type '${typeName(value)}', expected type 'long'`,
    );
  }
  if (number < 0n) throw invalid("Transaction number cannot be negative");
  return number;
}

function invalid(message: string): ServerError {
  return new ServerError("InvalidOptions", message);
}
