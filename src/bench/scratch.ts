import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, type OpenOptions } from "../db/connect.js";
import type { Database } from "../db/database.js";

/** Where a bench may write: databases of its own that leave nothing behind. */
export interface Scratch {
  /** For files. */
  readonly directory: string;
  /** How to open a database that is not used yet. */
  place(): OpenOptions;
  /** Gives `work` an empty database and removes it afterwards. */
  use<T>(work: (database: Database) => Promise<T>): Promise<T>;
  remove(options: OpenOptions): Promise<void>;
  close(): Promise<void>;
}

/** @param uri a deployment to measure instead of the embedded engine; scratch databases of it are dropped again */
export async function openScratch(uri: string | undefined): Promise<Scratch> {
  const directory = await mkdtemp(join(tmpdir(), "warehouse-bench-"));
  const name = `warehouse_bench_${randomBytes(4).toString("hex")}`;
  let count = 0;
  const place = (): OpenOptions => {
    count += 1;
    const dataDir = join(directory, `data-${count}`);
    return { dbName: `${name}_${count}`, dataDir, busy: true, ...(uri !== undefined && { uri }) };
  };
  const close = (): Promise<void> => rm(directory, { recursive: true, force: true });
  return { directory, place, use: (work) => useDatabase(place(), work), remove: removeDatabase, close };
}

async function useDatabase<T>(options: OpenOptions, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(options);
  try {
    return await work(database);
  } finally {
    if (!database.embedded) await database.db.dropDatabase();
    await database.close();
    await rm(options.dataDir, { recursive: true, force: true });
  }
}

async function removeDatabase(options: OpenOptions): Promise<void> {
  if (options.uri !== undefined) await useDatabase(options, () => Promise.resolve());
  else await rm(options.dataDir, { recursive: true, force: true });
}
