import { join } from "node:path";
import { figuresOf, judge } from "./bars.js";
import { bareInsert } from "./cases/bare-insert.js";
import { driverLoop } from "./cases/driver-loop.js";
import { measureGrowth } from "./cases/growth.js";
import { measureModel } from "./cases/model.js";
import { processFile } from "./cases/process-file.js";
import { measureStartUp } from "./cases/start-up.js";
import type { BenchReport, BenchSize, Sample, Tell } from "./model.js";
import { writeOrders } from "./samples.js";
import { openScratch, type Scratch } from "./scratch.js";

const mostLoopOrders = 1_000;
const smallOrders = 10_000;
const startUpRounds = 4;

interface Bench extends BenchSize {
  readonly scratch: Scratch;
  readonly tell: Tell;
}

/**
 * Measures what `DESIGN.md` section 4 sets bars for, as ratios within this one run.
 *
 * Cases take turns, so that whatever else the machine does meets them alike.
 * @param uri a deployment to measure instead of the embedded engine
 */
export async function runBench(size: BenchSize & { readonly uri?: string }, tell: Tell): Promise<BenchReport> {
  const { orders, rounds, uri } = size;
  const scratch = await openScratch(uri);
  try {
    const bench: Bench = { orders, rounds, scratch, tell };
    const samples = [...(await measureSpeed(bench)), ...(await measureSizes(bench))];
    await tell("model planner");
    samples.push(...(await measureModel(scratch, rounds)));
    await tell("start-up");
    samples.push(...(await measureStartUp(scratch.directory, rounds * startUpRounds)));
    const figures = figuresOf(samples);
    const bars = judge(figures);
    return { orders, rounds, large_orders: largeOf(orders), figures, bars, ok: bars.every(({ met }) => met) };
  } finally {
    await scratch.close();
  }
}

async function measureSpeed({ orders, rounds, scratch, tell }: Bench): Promise<Sample[]> {
  const spread = join(scratch.directory, "spread.ndjson");
  const hot = join(scratch.directory, "hot.ndjson");
  await writeOrders(spread, orders);
  await writeOrders(hot, orders, true);
  const samples: Sample[] = [];
  const loopOrders = Math.min(orders, mostLoopOrders);
  for (let round = 1; round <= rounds; round += 1) {
    await tell(`speed, round ${round} of ${rounds}`);
    const [bareMs, spreadMs] = await scratch.use(async (database) => {
      const elapsedMs = await processFile(database, spread);
      return [await scratch.use((empty) => bareInsert(database, empty)), elapsedMs];
    });
    const hotMs = await scratch.use((database) => processFile(database, hot));
    const loopMs = await scratch.use((database) => driverLoop(database, spread, loopOrders));
    samples.push(
      { name: "bare_insert", value: perSecond(orders, bareMs) },
      { name: "driver_loop", value: perSecond(loopOrders, loopMs) },
      { name: "rules_spread", value: perSecond(orders, spreadMs) },
      { name: "rules_hot", value: perSecond(orders, hotMs) },
    );
  }
  return samples;
}

/** The large input once, with small ones before and after it. */
async function measureSizes({ orders, rounds, scratch, tell }: Bench): Promise<Sample[]> {
  const small = join(scratch.directory, "small.ndjson");
  const large = join(scratch.directory, "large.ndjson");
  await writeOrders(small, smallOrders);
  await writeOrders(large, largeOf(orders));
  const samples: Sample[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    await tell(`growth, ${round + 1} of ${rounds + 1}`);
    const isLarge = round === Math.floor(rounds / 2);
    const [kind, path, count] = isLarge
      ? (["large", large, largeOf(orders)] as const)
      : (["small", small, smallOrders] as const);
    const place = scratch.place();
    const { elapsedMs, peakRssBytes } = await measureGrowth({ place, path });
    await scratch.remove(place);
    samples.push(
      { name: `${kind}_time`, value: (elapsedMs * 1000) / count },
      { name: `${kind}_memory`, value: peakRssBytes / 1024 ** 2 },
    );
  }
  return samples;
}

function largeOf(orders: number): number {
  return Math.max(orders * 10, smallOrders);
}

function perSecond(orders: number, elapsedMs: number): number {
  return (orders * 1000) / elapsedMs;
}
