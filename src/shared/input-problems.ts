import { WarehouseError } from "./errors.js";
import type { JsonProblem } from "./json-check.js";
import { countOf } from "./json-text.js";

/** One thing wrong in an input: where, and what. */
export interface InputProblem extends JsonProblem {
  readonly file: string;
}

/** So many problems are kept with their places; the rest is counted. */
const keptProblems = 10_000;

/** Everything wrong in an input, in its order. */
export class InputProblems {
  readonly kept: InputProblem[] = [];
  total = 0;
  /** Orders with at least one problem. */
  invalidOrders = 0;
  /** A whole source is unusable: its orders cannot be skipped, because nobody can tell what they are. */
  unusable = false;

  /** Whether there is still room, so that the place of a problem is worth finding. */
  get open(): boolean {
    return this.kept.length < keptProblems;
  }

  add(file: string, problems: readonly JsonProblem[]): void {
    this.total += problems.length;
    for (const { line, column, path, message } of problems) {
      if (!this.open) return;
      this.kept.push({ file, line, column, path, message });
    }
  }

  /**
   * The refusal of the whole input; the command line lists `details.errors`.
   * @param fix what to do, where the problems themselves do not say it
   */
  toError(fix?: string): WarehouseError {
    const counts = { error_count: this.total, invalid_orders: this.invalidOrders };
    const details = { errors: this.kept, ...counts, ...(fix !== undefined && { fix }) };
    const [first] = this.kept;
    if (first === undefined) return new WarehouseError("invalid_input", "The input is not valid", { details });
    const where = `${first.file}:${first.line}:${first.column}`;
    const what = first.path === "" ? first.message : `${first.path}: ${first.message}`;
    const more = this.total > 1 ? ` (and ${countOf(this.total - 1)} more)` : "";
    return new WarehouseError("invalid_input", `${where}: ${what}${more}`, { details });
  }
}
