import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { startEngine as StartEngine } from "../../../src/engine/index.js";

/** A thread runs the built program. */
const built = new URL("../../../dist/engine/index.js", import.meta.url).href;
const { startEngine } = (await import(built)) as { startEngine: typeof StartEngine };

describe("an engine in a thread of its own", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "thread-"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("keeps what it was told, and ends when it is closed", async () => {
    for (const count of [1, 2]) {
      const engine = await startEngine({ dataDir: directory, ownThread: true });
      const client = new MongoClient(engine.uri);
      await client.db("shop").collection("orders").insertOne({});
      expect(await client.db("shop").collection("orders").countDocuments()).toBe(count);
      await client.close();
      await Promise.all([engine.close(), engine.close()]);
    }
  });

  it("says why it cannot start", async () => {
    const file = join(directory, "file");
    writeFileSync(file, "not a directory");
    await expect(startEngine({ dataDir: file, ownThread: true })).rejects.toMatchObject({ name: "StorageError" });
  });
});
