import { once } from "node:events";
import { openDatabase } from "../../db/connect.js";
import type { GrowthResult, GrowthTask } from "./growth.js";
import { processFile } from "./process-file.js";

/** The program that `measureGrowth` starts. */
const [task] = (await once(process, "message")) as [GrowthTask];
const database = await openDatabase(task.place);
const elapsedMs = await processFile(database, task.path);
await database.close();
const result: GrowthResult = { elapsedMs, peakRssBytes: process.resourceUsage().maxRSS * 1024 };
process.send?.(result);
process.disconnect();
