/** One thing that was looked at, as `doctor` tells it. */
export interface Check {
  readonly what: string;
  /** `failed` keeps the program from working; `warning` does not. */
  readonly status: "ok" | "warning" | "failed";
  readonly found: string;
  /** What to do about it. */
  readonly fix?: string;
}
