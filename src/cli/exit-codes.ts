import type { ErrorCode } from "../shared/errors.js";

/** The exit codes of `CONTRACT.md`. */
export const exitCodes = {
  done: 0,
  /** A bug, or a failure that nobody could foresee. */
  bug: 1,
  wrongRequest: 2,
  notAllShipped: 3,
  auditBroken: 4,
  unavailable: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of each error that someone can act on. */
export const exitCodeOf: Readonly<Record<ErrorCode, ExitCode>> = {
  usage: exitCodes.wrongRequest,
  invalid_input: exitCodes.wrongRequest,
  unreadable_file: exitCodes.wrongRequest,
  unwritable_file: exitCodes.wrongRequest,
  // Not "nothing was written": that would be untrue.
  unwritable_output: exitCodes.bug,
  not_found: exitCodes.wrongRequest,
  illegal_move: exitCodes.wrongRequest,
  order_conflict: exitCodes.wrongRequest,
  no_products: exitCodes.wrongRequest,
  insufficient_stock: exitCodes.wrongRequest,
  confirmation_needed: exitCodes.wrongRequest,
  database_unavailable: exitCodes.unavailable,
  database_unusable: exitCodes.unavailable,
  database_unauthorized: exitCodes.unavailable,
  data_directory: exitCodes.unavailable,
  model_unavailable: exitCodes.unavailable,
  model_unauthorized: exitCodes.unavailable,
  model_unknown: exitCodes.unavailable,
  interrupted: exitCodes.interrupted,
};
