import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { App } from "./app.js";
import { databaseOptionsIn } from "./completed-line.js";
import type { Environment, Host } from "./host.js";
import { type DatabaseSettings, databaseSettings, given } from "./settings.js";

/**
 * Ids that were there a moment ago, for completion.
 *
 * A shell's Tab must be answered in a tenth of a second, and to load the driver alone takes longer: so it gets what was
 * remembered the last time, and a process of its own looks anew for the next. Only names are remembered, in a file that
 * only the user can read.
 */
const freshMs = 1_000;

/** Answers `complete-ids <kind> [--line <what is typed>]` without loading the program; nothing else. */
export async function knownIds(host: Host, env: Environment): Promise<string | undefined> {
  const [node = "", script = "", command, kind = "", ...more] = host.argv;
  const [flag, line = ""] = more;
  if (command !== "complete-ids" || (flag !== undefined && flag !== "--line")) return undefined;
  const options = databaseOptionsIn(line, given(env["HOME"]) ?? homedir());
  const settings = databaseSettings(options, env, host);
  const file = fileOf(settings, kind, env);
  const [text, state] = await Promise.all([orNone(readFile(file, "utf8")), orNone(stat(file))]);
  if (state === undefined || Date.now() - state.mtimeMs > freshMs)
    lookAnew(node, [script, command, kind, "--quiet"], { ...env, ...asEnvironment(settings) });
  return text ?? "";
}

/** Keeps ids for the next time; where nothing can be kept, completion does without. */
export async function rememberIds(
  { databaseSettings: settings, env }: App,
  kind: string,
  ids: readonly string[],
): Promise<void> {
  const file = fileOf(settings, kind, env);
  const next = `${file}.${process.pid}`;
  await orNone(
    mkdir(dirname(file), { recursive: true, mode: 0o700 })
      .then(() => writeFile(next, ids.map((id) => `${id}\n`).join(""), { mode: 0o600 }))
      .then(() => rename(next, file)),
  );
}

function fileOf({ uri, dataDir, dbName }: DatabaseSettings, kind: string, env: Environment): string {
  const place = createHash("sha256")
    .update(JSON.stringify([uri ?? dataDir, dbName]))
    .digest("hex")
    .slice(0, 32);
  const home = given(env["XDG_CACHE_HOME"]) ?? join(given(env["HOME"]) ?? homedir(), ".cache");
  return join(home, "warehouse", `${place}-${kind}`);
}

/** The same database by the environment, where a password shows in no list of processes. */
function asEnvironment({ uri, dbName, dataDir }: DatabaseSettings): Environment {
  return { MONGODB_URI: uri ?? "", MONGO_URI: "", WAREHOUSE_DB: dbName, WAREHOUSE_DATA_DIR: dataDir };
}

/** Goes on when this process has ended; that it cannot be started shows in nothing but older ids. */
function lookAnew(node: string, words: readonly string[], env: Environment): void {
  spawn(node, words, { detached: true, stdio: "ignore", env: { ...env } })
    .on("error", () => undefined)
    .unref();
}

async function orNone<T>(reading: Promise<T>): Promise<T | undefined> {
  const [outcome] = await Promise.allSettled([reading]);
  return outcome.status === "fulfilled" ? outcome.value : undefined;
}
