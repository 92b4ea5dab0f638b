import type { Doc } from "./bson/types.js";

/** MongoDB's error codes by name, as far as the engine raises them. Source: mongodb/mongo `error_codes.yml`. */
export const errorCodes = {
  InternalError: 1,
  BadValue: 2,
  HostUnreachable: 6,
  HostNotFound: 7,
  GraphContainsCycle: 5,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  AuthenticationFailed: 18,
  IllegalOperation: 20,
  InvalidBSON: 22,
  LockTimeout: 24,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  NonExistentPath: 29,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  IndexAlreadyExists: 68,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  WriteConflict: 112,
  CommandNotSupported: 115,
  DocumentValidationFailure: 121,
  CannotIndexParallelArrays: 171,
  InvalidIndexSpecificationOption: 197,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  TransactionTooOld: 225,
  OperationNotSupportedInTransaction: 263,
  IndexBuildAborted: 276,
  NotWritablePrimary: 10107,
  DuplicateKey: 11000,
  Interrupted: 11601,
} as const;

export type CodeName = keyof typeof errorCodes;

/**
 * An error as MongoDB answers it: `{ ok: 0, code, codeName, errmsg, errorLabels, ...extra }`.
 *
 * Codes without a published name (the five-digit "Location" ones) are given as a number.
 */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly code: number;
  readonly codeName: string;
  readonly labels: string[] = [];
  /** Further fields of the reply or write error: keyPattern, keyValue, errInfo. */
  readonly extra: Doc | undefined;

  constructor(code: CodeName | number, message: string, extra?: Doc) {
    super(message);
    this.code = typeof code === "number" ? code : errorCodes[code];
    this.codeName = typeof code === "number" ? `Location${String(code)}` : code;
    this.extra = extra;
  }
}
