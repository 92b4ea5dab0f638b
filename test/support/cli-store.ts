import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../src/db/connect.js";
import { type CliOptions, type CliResult, runCli } from "./cli.js";

/** A database of its own for a test's command lines: embedded, or a scratch one at `MONGODB_URI`. */
export interface CliStore {
  /** Points the program at it. */
  readonly env: Readonly<Record<string, string>>;
  /** An empty directory, for files. */
  readonly directory: string;
  run(words: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** Runs with `--json`, which must succeed with nothing but one document on stdout. */
  json(...words: string[]): Promise<unknown>;
  /** Writes a file and gives its path. */
  file(name: string, content: unknown): Promise<string>;
  close(): Promise<void>;
}

export async function openCliStore(): Promise<CliStore> {
  const directory = await mkdtemp(join(tmpdir(), "warehouse-cli-"));
  const uri = process.env["MONGODB_URI"];
  const dbName = `test_${randomUUID().slice(0, 8)}`;
  const dataDir = join(directory, "data");
  const place = uri === undefined ? { WAREHOUSE_DATA_DIR: dataDir } : { MONGODB_URI: uri };
  const env = { ...place, WAREHOUSE_DB: dbName, HOME: directory };
  const run: CliStore["run"] = (words, options) =>
    runCli(words, { cwd: directory, ...options, env: { ...env, ...options?.env } });
  return {
    env,
    directory,
    run,
    async json(...words) {
      const { code, stdout, stderr } = await run([...words, "--json"]);
      if (code !== 0) throw new Error(`warehouse ${words.join(" ")} exited with ${code}: ${stdout}${stderr}`);
      return JSON.parse(stdout) as unknown;
    },
    async file(name, content) {
      const path = join(directory, name);
      await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
      return path;
    },
    async close() {
      if (uri !== undefined) await dropDatabase(uri, dbName, dataDir);
      await rm(directory, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function dropDatabase(uri: string, dbName: string, dataDir: string): Promise<void> {
  const database = await openDatabase({ uri, dbName, dataDir });
  await database.db.dropDatabase();
  await database.close();
}
