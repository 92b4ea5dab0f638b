import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { WarehouseError } from "../shared/errors.js";
import type { Environment, Host } from "./host.js";

/** The options that every command takes, as Commander hands them over. */
export interface GlobalOptions {
  readonly uri?: string;
  readonly db?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

export interface DatabaseSettings {
  readonly uri?: string;
  readonly dbName: string;
  readonly dataDir: string;
  /** The URI stands on the command line. */
  readonly uriGiven: boolean;
  /** `MONGODB_URI` is set, but the command line names a data directory. */
  readonly uriOverridden: boolean;
}

/**
 * Which database a command works on: the command line wins over the environment, and a deployment over the
 * embedded engine, so that `--data-dir` is safe to give wherever `MONGODB_URI` happens to be set.
 * @throws WarehouseError `usage` when the command line names both, or names one and leaves it empty
 */
export function databaseSettings(
  options: GlobalOptions,
  env: Environment,
  host: Pick<Host, "platform" | "cwd">,
): DatabaseSettings {
  refuseEmpty({ "--uri": options.uri, "--db": options.db, "--data-dir": options.dataDir });
  if (options.uri !== undefined && options.dataDir !== undefined) {
    throw new WarehouseError(
      "usage",
      "Give --uri or --data-dir, not both: one is a deployment, the other the embedded engine",
    );
  }
  const envUri = given(env["MONGODB_URI"]) ?? given(env["MONGO_URI"]);
  const uri = options.uri ?? (options.dataDir === undefined ? envUri : undefined);
  const dataDir = options.dataDir ?? given(env["WAREHOUSE_DATA_DIR"]) ?? userDataDir(host.platform, env);
  return {
    ...(uri === undefined ? {} : { uri }),
    dbName: databaseName(options.db ?? given(env["WAREHOUSE_DB"]) ?? "warehouse"),
    dataDir: resolve(host.cwd(), dataDir),
    uriGiven: options.uri !== undefined,
    uriOverridden: envUri !== undefined && uri === undefined,
  };
}

/** A script whose variable is empty would otherwise work on another database than it means. */
function refuseEmpty(options: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === "") throw new WarehouseError("usage", `${name} is empty: give it a value, or leave it out`);
  }
}

/** What MongoDB keeps for itself: transactions cannot write to them. */
const reserved: readonly string[] = ["admin", "config", "local"];

/** Source: MongoDB manual, "Naming Restrictions" */
function databaseName(name: string): string {
  if (reserved.includes(name)) {
    throw new WarehouseError("usage", `The database ${name} is MongoDB's own: name another one`);
  }
  if (Buffer.byteLength(name) < 64 && !/[/\\. "$*<>:|?\p{Cc}]/u.test(name)) return name;
  throw new WarehouseError(
    "usage",
    `No database can be named ${JSON.stringify(name.slice(0, 80))}: use up to 63 letters, digits, - and _`,
  );
}

/**
 * Where this platform keeps a user's data of an application.
 *
 * Source: XDG Base Directory Specification; Apple's File System Programming Guide; Windows' known folders
 */
export function userDataDir(platform: NodeJS.Platform, env: Environment): string {
  const home = given(env["HOME"]) ?? homedir();
  if (platform === "darwin") return join(home, "Library", "Application Support", "warehouse");
  if (platform === "win32") return join(given(env["LOCALAPPDATA"]) ?? join(home, "AppData", "Local"), "warehouse");
  return join(given(env["XDG_DATA_HOME"]) ?? join(home, ".local", "share"), "warehouse");
}

/** A variable that is set to nothing counts as not set. */
export function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
