import type { Engine } from "../engine/index.js";
import { WarehouseError } from "../shared/errors.js";

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly testCommands?: boolean;
  /** For much work: see the engine's option. */
  readonly ownThread?: boolean;
}

/**
 * Starts the engine over a directory; it is loaded only here, so a run against a deployment never pays for it.
 * @throws WarehouseError `data_directory` when the files cannot be used, `usage` when the port cannot be had
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Engine> {
  const { startEngine } = await import("../engine/index.js");
  try {
    return await startEngine(options);
  } catch (error) {
    throw explainStart(error, options) ?? error;
  }
}

function explainStart(error: unknown, { dataDir, port }: EmbeddedOptions): WarehouseError | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? error.code : undefined;
  if (error.name === "StorageError") {
    return new WarehouseError("data_directory", error.message, {
      details: { data_dir: dataDir, fix: "another directory with --data-dir or WAREHOUSE_DATA_DIR" },
      cause: error,
    });
  }
  if (port === undefined || (code !== "EADDRINUSE" && code !== "EACCES")) return undefined;
  return new WarehouseError("usage", `Cannot listen on port ${port}: it is taken, or not ours to take`, {
    details: { port, fix: "another --port, or 0 for any free one" },
    cause: error,
  });
}
