import type { WarehouseError } from "./errors.js";

/** One thing that was looked at, as `doctor` tells it. */
export interface Check {
  readonly what: string;
  /** `failed` keeps the program from working; `warning` does not. */
  readonly status: "ok" | "warning" | "failed";
  readonly found: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** A check that an error answers, with its fix; the hints come after that. */
export function failedCheck(what: string, error: WarehouseError, ...hints: readonly string[]): Check {
  const { found, fix } = withoutFix(error);
  const fixes = [...(fix === undefined ? [] : [fix]), ...hints];
  return { what, status: "failed", found, ...(fixes.length > 0 && { fix: fixes.join("; or ") }) };
}

/** The two halves of a message about a database or a model, which says the fix after its last colon. */
export function withoutFix({ message }: WarehouseError): { readonly found: string; readonly fix?: string } {
  const colon = message.lastIndexOf(": ");
  return colon < 0 ? { found: message } : { found: message.slice(0, colon), fix: message.slice(colon + 2) };
}
