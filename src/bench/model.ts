/** How large a bench is. */
export interface BenchSize {
  /** Of the cases on speed; growth is measured up to ten times as many. */
  readonly orders: number;
  /** Each case so often, in turn with the others; the median counts. */
  readonly rounds: number;
}

export type FigureName =
  | "bare_insert"
  | "driver_loop"
  | "rules_spread"
  | "rules_hot"
  | "small_time"
  | "large_time"
  | "small_memory"
  | "large_memory"
  | "node"
  | "version"
  | "stock"
  | "process_two"
  | "model_quick"
  | "model_slow_one"
  | "model_slow_four"
  | "two_calls"
  | "two_input"
  | "two_output"
  | "twenty_calls"
  | "twenty_input"
  | "twenty_output";

export type Unit = "orders/s" | "µs/order" | "MB" | "ms" | "calls" | "tokens" | "tokens/order";

/** What one case measured. */
export interface Figure {
  readonly name: FigureName;
  readonly title: string;
  readonly unit: Unit;
  readonly median: number;
  /** In the order in which they were run. */
  readonly rounds: readonly number[];
}

/** A figure, or the ratio of two, held against a bar of `DESIGN.md` section 4. */
export interface Verdict {
  readonly title: string;
  readonly value: number;
  readonly bar: number;
  readonly wanted: "at_least" | "at_most";
  readonly met: boolean;
}

export interface BenchReport {
  readonly orders: number;
  readonly rounds: number;
  /** Orders of the large case of growth. */
  readonly large_orders: number;
  readonly figures: readonly Figure[];
  readonly bars: readonly Verdict[];
  /** Every bar was met. */
  readonly ok: boolean;
}

/** One measurement of a figure. */
export interface Sample {
  readonly name: FigureName;
  readonly value: number;
}

/** Told what is being measured, for people. */
export type Tell = (what: string) => Promise<void>;
