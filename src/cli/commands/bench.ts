import { Command } from "commander";
import type { App } from "../app.js";
import { examples, wholeNumber } from "../options.js";
import { renderBench } from "../render/bench.js";

interface BenchOptions {
  readonly orders: number;
  readonly rounds: number;
}

export function benchCommand(app: App): Command {
  return new Command("bench")
    .description("Measure speed and size on this machine, in scratch databases")
    .option("--orders <n>", "orders of a case; growth is measured up to ten times as many", wholeNumber(100), 100_000)
    .option("--rounds <n>", "how often each case is measured", wholeNumber(1, 100), 3)
    .addHelpText("before", examples("warehouse bench", "warehouse bench --orders 10000 --json"))
    .action(async ({ orders, rounds }: BenchOptions) => {
      const { runBench } = await import("../../bench/bench.js");
      const { uri, uriGiven } = app.databaseSettings;
      const size = { orders, rounds, ...(uriGiven && uri !== undefined && { uri }) };
      const report = await runBench(size, (what) => app.out.note(`measuring ${what}`));
      await app.print(report, renderBench);
    });
}
