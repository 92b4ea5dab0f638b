import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { driveByModel } from "../../../src/bench/cases/model.js";
import { writeNotebookOrders } from "../../../src/bench/samples.js";
import { openScratch } from "../../../src/bench/scratch.js";

describe("driveByModel", () => {
  it("has the model do every order, at the cost that the bars allow", async () => {
    const directory = await mkdtemp(join(tmpdir(), "bench-model-"));
    const path = join(directory, "two.json");
    await writeNotebookOrders(path);
    const scratch = await openScratch(undefined);
    const { report, elapsedMs } = await driveByModel(scratch, { path, latencyMs: 1 });
    await scratch.close();
    await rm(directory, { recursive: true });
    expect(elapsedMs).toBeGreaterThan(0);
    expect(report).toMatchObject({ planner: "bench/perfect", totals: { in_transit: 2 }, usage: { model_calls: 4 } });
    expect(report.usage.input_tokens).toBeLessThanOrEqual(1_500);
    expect(report.usage.output_tokens).toBeLessThanOrEqual(200);
    expect(report.usage).not.toHaveProperty("estimated");
  });
});
