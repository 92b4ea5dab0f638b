import { once } from "node:events";
import { Command } from "commander";
import { WarehouseError } from "../../shared/errors.js";
import type { App } from "../app.js";
import { examples, wholeNumber } from "../options.js";

interface DbOptions {
  readonly port?: number;
  readonly testCommands?: boolean;
}

export function dbCommand(app: App): Command {
  return new Command("db")
    .description("Serve the embedded database to mongosh, Compass or another program until Ctrl-C")
    .option(
      "--port <n>",
      "on loopback TCP with a random user and password (0: any port); else on its Unix socket",
      wholeNumber(0, 65_535),
    )
    .option("--test-commands", "allow fail points and killAllSessions, as mongod's enableTestCommands")
    .addHelpText("before", examples("warehouse db --port 27018"))
    .action((options: DbOptions) => serve(app, options));
}

async function serve(app: App, { port, testCommands = false }: DbOptions): Promise<void> {
  const { uriGiven, dataDir, dbName } = app.databaseSettings;
  if (uriGiven)
    throw new WarehouseError(
      "usage",
      "The deployment at --uri serves itself: leave --uri out to serve the embedded database",
    );
  const stop = app.stopSignal;
  const { startEmbedded } = await import("../../db/embedded.js");
  const engine = await startEmbedded({ dataDir, testCommands, ...(port !== undefined && { port }) });
  try {
    await app.print({ uri: withDatabase(engine.uri, dbName) }, ({ uri }) => `${uri}\n`);
    await app.out.note(`Serving ${dataDir}; Ctrl-C ends it`);
    if (!stop.aborted) await once(stop, "abort");
  } finally {
    await engine.close();
  }
}

/** The engine's URI with the database that a shell is to start in. */
function withDatabase(uri: string, dbName: string): string {
  return uri.replace("/?", `/${encodeURIComponent(dbName)}?`);
}
