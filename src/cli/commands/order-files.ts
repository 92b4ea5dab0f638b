import type { OrderSource } from "../../order/load/open.js";
import type { App } from "../app.js";
import { renderProblem } from "../render/errors.js";

/** From so many on, starting the engine in its own thread is soon made up for. */
const manyOrders = 5_000;

/** Checks order files, says what there is to know of them, and gives their orders to `work`. */
export async function withOrderFiles(
  app: App,
  files: readonly string[],
  skipInvalid: boolean,
  work: (source: OrderSource) => Promise<void>,
): Promise<void> {
  const { openOrderSource } = await import("../../order/load/open.js");
  const source = await openOrderSource(files, { stdin: app.host.stdin, skipInvalid });
  try {
    await tellOf(app, source);
    if (source.count >= manyOrders) app.expectMuch();
    await work(source);
  } finally {
    await source.close();
  }
}

async function tellOf({ out }: App, { notes, invalid, problemCount, count }: OrderSource): Promise<void> {
  for (const note of notes) await out.note(`note: ${note}`);
  for (const problem of invalid) await out.note(`skipped: ${renderProblem(problem)}`);
  if (problemCount > invalid.length) await out.note(`skipped: … and ${problemCount - invalid.length} more errors`);
  if (count === 0) await out.note("note: There are no orders to process");
}
