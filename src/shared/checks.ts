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

/** A check that an error answers: its message says the fix after the last colon, and the hints come after that. */
export function failedCheck(what: string, { message }: WarehouseError, ...hints: readonly string[]): Check {
  const colon = message.lastIndexOf(": ");
  if (colon < 0)
    return { what, status: "failed", found: message, ...(hints.length > 0 && { fix: hints.join("; or ") }) };
  const fixes = [message.slice(colon + 2), ...hints];
  return { what, status: "failed", found: message.slice(0, colon), fix: fixes.join("; or ") };
}
