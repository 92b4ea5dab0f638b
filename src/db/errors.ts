import { type MongoError, MongoServerError } from "mongodb";
import { WarehouseError } from "../shared/errors.js";
import { networkFix } from "./network-trouble.js";
import { redactText } from "./uri.js";

export const standaloneFix =
  "transactions need a replica set: start mongod with --replSet rs0 and run rs.initiate() once in mongosh, which makes it a one-node replica set";

/** Whether the database refused an insert because the key is taken. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === 11000;
}

/** Whether the user of the connection lacks a right. */
export function isUnauthorized(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === 13;
}

/**
 * Says what is wrong with the database in words that name the fix; nothing of a password is in them.
 *
 * @param location where the database is, redacted
 * @returns `undefined` for what is no trouble with the database itself, so a bug stays a bug
 */
export function explainDatabaseError(error: unknown, location: string): WarehouseError | undefined {
  if (error instanceof WarehouseError) return error;
  if (!(error instanceof Error)) return undefined;
  const explained = explain(error, location);
  if (explained === undefined) return undefined;
  return new WarehouseError(explained.code, explained.message, { details: { database: location }, cause: error });
}

/** Whatever the driver throws at a URI before it connects. */
export function unusableUri(error: unknown, location: string): WarehouseError {
  const reason = error instanceof Error ? redactText(error.message) : String(error);
  return new WarehouseError(
    "database_unusable",
    `The database URI ${location} is not usable (${reason}): write it like mongodb://user:password@host:27017/, with special characters percent-encoded`,
    { details: { database: location }, cause: error },
  );
}

type Explained = Pick<WarehouseError, "code" | "message">;

function explain(error: Error, location: string): Explained | undefined {
  const reason = redactText(error.message);
  if (error instanceof MongoServerError) return explainServerError(error, location, reason);
  const fix = networkFix(error);
  if (fix !== undefined)
    return { code: "database_unavailable", message: `Cannot reach the database at ${location} (${reason}): ${fix}` };
  if (error.name === "MongoParseError") return unusableUri(error, location);
  if (error.name === "MongoCompatibilityError") {
    return { code: "database_unusable", message: `The database at ${location} is too old (${reason}): upgrade it` };
  }
  return undefined;
}

function explainServerError(error: MongoServerError, location: string, reason: string): Explained | undefined {
  switch (error.code) {
    case 18:
    case 8000:
      return {
        code: "database_unauthorized",
        message: `The database at ${location} refused user or password (${reason}): correct them in the URI, and authSource if the user lives in another database`,
      };
    case 13:
      return {
        code: "database_unauthorized",
        message: `The user of ${location} lacks a right (${reason}): grant readWrite on this database`,
      };
    case 20:
      return reason.includes("Transaction numbers")
        ? { code: "database_unusable", message: `The database at ${location} is a standalone server; ${standaloneFix}` }
        : undefined;
    case 14031:
      return {
        code: "database_unusable",
        message: `The disk of the database at ${location} is full (${reason}): free some space there`,
      };
    default:
      return isPassing(error)
        ? {
            code: "database_unavailable",
            message: `The database at ${location} is not ready (${reason}): run the command again`,
          }
        : undefined;
  }
}

function isPassing(error: MongoError): boolean {
  return error.hasErrorLabel("RetryableWriteError") || error.hasErrorLabel("TransientTransactionError");
}
