import { randomUUID } from "node:crypto";
import { MongoClient, type Db, type MongoClientOptions } from "mongodb";
import { startEngine, type Engine } from "../../src/engine/index.js";

export interface TestDatabase {
  readonly uri: string;
  readonly client: MongoClient;
  /** Named at random, dropped at the end. */
  readonly db: Db;
  close(): Promise<void>;
}

/**
 * A fresh database for one test file: on the deployment at `MONGODB_URI` if there is one, else on an engine of its own
 * in memory.
 */
export async function startTestDatabase(options: MongoClientOptions = {}): Promise<TestDatabase> {
  const given = process.env["MONGODB_URI"];
  const engine: Engine | undefined = given === undefined ? await startEngine({ testCommands: true }) : undefined;
  const uri = engine?.uri ?? given ?? "";
  const client = await new MongoClient(uri, { serverSelectionTimeoutMS: 5_000, ...options }).connect();
  const db = client.db(`test_${randomUUID().slice(0, 8)}`);
  return {
    uri,
    client,
    db,
    async close() {
      await db.dropDatabase();
      await client.close();
      await engine?.close();
    },
  };
}
