import type { Figure, FigureName, Sample, Unit, Verdict } from "./model.js";

const figures: Readonly<Record<FigureName, { readonly title: string; readonly unit: Unit }>> = {
  bare_insert: { title: "bare insertMany of the same documents", unit: "orders/s" },
  driver_loop: { title: "driver loop, a transaction an order", unit: "orders/s" },
  rules_spread: { title: "rules planner, spread products", unit: "orders/s" },
  rules_hot: { title: "rules planner, one hot product", unit: "orders/s" },
  small_time: { title: "time an order, small input", unit: "µs/order" },
  large_time: { title: "time an order, large input", unit: "µs/order" },
  small_memory: { title: "peak memory, small input", unit: "MB" },
  large_memory: { title: "peak memory, large input", unit: "MB" },
  node: { title: "node -e 0", unit: "ms" },
  version: { title: "warehouse --version", unit: "ms" },
  stock: { title: "warehouse stock", unit: "ms" },
  process_two: { title: "warehouse process, two orders", unit: "ms" },
  model_quick: { title: "model planner, server answers at once", unit: "orders/s" },
  model_slow_one: { title: "model planner, server takes 500 ms, concurrency 1", unit: "orders/s" },
  model_slow_four: { title: "model planner, server takes 500 ms, concurrency 4", unit: "orders/s" },
  two_calls: { title: "two orders, calls to the model", unit: "calls" },
  two_input: { title: "two orders, tokens in", unit: "tokens" },
  two_output: { title: "two orders, tokens out", unit: "tokens" },
  twenty_calls: { title: "20 orders, calls to the model", unit: "calls" },
  twenty_input: { title: "20 orders, tokens in", unit: "tokens/order" },
  twenty_output: { title: "20 orders, tokens out", unit: "tokens/order" },
};

interface Bar {
  readonly title: string;
  readonly of: FigureName;
  /** The figure it is divided by; without one it is held to the bar as it is. */
  readonly to?: FigureName;
  readonly wanted: Verdict["wanted"];
  readonly bar: number;
}

/** Source: DESIGN.md section 4 */
const bars: readonly Bar[] = [
  { title: "rules planner to driver loop", of: "rules_spread", to: "driver_loop", wanted: "at_least", bar: 10 },
  { title: "rules planner to bare insertMany", of: "rules_spread", to: "bare_insert", wanted: "at_least", bar: 0.25 },
  { title: "hot product to spread products", of: "rules_hot", to: "rules_spread", wanted: "at_least", bar: 0.7 },
  { title: "memory, large to small input", of: "large_memory", to: "small_memory", wanted: "at_most", bar: 1.5 },
  { title: "time an order, large to small input", of: "large_time", to: "small_time", wanted: "at_most", bar: 1.3 },
  { title: "--version to node -e 0", of: "version", to: "node", wanted: "at_most", bar: 3 },
  { title: "stock to node -e 0", of: "stock", to: "node", wanted: "at_most", bar: 8 },
  { title: "process of two orders to node -e 0", of: "process_two", to: "node", wanted: "at_most", bar: 20 },
  { title: "slow model, concurrency 4 to 1", of: "model_slow_four", to: "model_slow_one", wanted: "at_least", bar: 3 },
  { title: "calls for two orders", of: "two_calls", wanted: "at_most", bar: 4 },
  { title: "tokens in for two orders", of: "two_input", wanted: "at_most", bar: 1_500 },
  { title: "tokens out for two orders", of: "two_output", wanted: "at_most", bar: 200 },
  { title: "calls for 20 orders", of: "twenty_calls", wanted: "at_most", bar: 4 },
  { title: "tokens in an order, 20 orders", of: "twenty_input", wanted: "at_most", bar: 120 },
  { title: "tokens out an order, 20 orders", of: "twenty_output", wanted: "at_most", bar: 20 },
];

/** The figures of all samples, in the order of their first. */
export function figuresOf(samples: readonly Sample[]): Figure[] {
  const names = [...new Set(samples.map(({ name }) => name))];
  return names.map((name) => {
    const rounds = samples.filter((sample) => sample.name === name).map(({ value }) => value);
    return { name, ...figures[name], median: median(rounds), rounds };
  });
}

/** Holds the figures against the bars; a bar whose figures were not measured is left out. */
export function judge(measured: readonly Figure[]): Verdict[] {
  const medians = new Map(measured.map(({ name, median }) => [name, median]));
  return bars.flatMap(({ title, of, to, wanted, bar }) => {
    const [figure, base] = [medians.get(of), to === undefined ? 1 : medians.get(to)];
    if (figure === undefined || base === undefined) return [];
    const value = figure / base;
    return [{ title, value, bar, wanted, met: wanted === "at_least" ? value >= bar : value <= bar }];
  });
}

/** The middle value, or the mean of the two in the middle; `NaN` of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const [low = NaN, high = NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
