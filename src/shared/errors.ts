/** What went wrong, as a script can tell it apart; `cli/main` maps each code to its exit code. */
export type ErrorCode =
  | "usage"
  | "invalid_input"
  | "unreadable_file"
  | "unwritable_file"
  | "unwritable_output"
  | "not_found"
  | "illegal_move"
  | "order_conflict"
  | "no_products"
  | "insufficient_stock"
  | "confirmation_needed"
  | "database_unavailable"
  | "database_unusable"
  | "database_unauthorized"
  | "data_directory"
  | "model_unavailable"
  | "model_unauthorized"
  | "model_unknown"
  | "interrupted";

/**
 * The one error that someone can act on: it names the thing and the fix.
 *
 * Everything else that is thrown is a bug and is shown as one.
 * @param message sentence case, no full stop, says what to do
 */
export class WarehouseError extends Error {
  override readonly name = "WarehouseError";
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly details?: Record<string, unknown>; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}
