import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type Engine } from "../../../../src/engine/index.js";

let directory: string;
let engine: Engine;
let client: MongoClient;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "admin."));
  engine = await startEngine({ dataDir: join(directory, "data.v1"), port: 0 });
  client = await new MongoClient(engine.uri).connect();
  await client
    .db("shop")
    .collection<{ _id: number; n: number[] }>("items")
    .insertMany([
      { _id: 1, n: [1, 2] },
      { _id: 2, n: [3] },
    ]);
  await client.db("shop").collection("items").createIndex({ n: 1 });
});
afterAll(async () => {
  await client.close();
  await engine.close();
  rmSync(directory, { recursive: true, force: true });
});

const admin = (command: object) => client.db("admin").command({ ...command });

describe("usersInfo", () => {
  const user = () => decodeURIComponent(new URL(engine.uri).username);

  it("shows the one user, in the database that it belongs to", async () => {
    const shown = [{ user: user(), db: "admin", mechanisms: ["SCRAM-SHA-256"] }];
    for (const usersInfo of [1, user(), { user: user(), db: "admin" }, [user()], { forAllDBs: true }]) {
      expect((await admin({ usersInfo }))["users"]).toMatchObject(shown);
    }
    expect((await client.db("shop").command({ usersInfo: 1 }))["users"]).toEqual([]);
    expect((await admin({ usersInfo: "another" }))["users"]).toEqual([]);
  });

  it("shows no roles of one's own", async () => {
    expect(await admin({ rolesInfo: 1 })).toMatchObject({ roles: [], ok: 1 });
  });
});

describe("validate", () => {
  it("looks through a collection and its indexes", async () => {
    expect(await client.db("shop").command({ validate: "items", full: true })).toMatchObject({
      ns: "shop.items",
      nrecords: 2,
      nIndexes: 2,
      indexDetails: { _id_: { valid: true }, n_1: { valid: true } },
      valid: true,
      errors: [],
    });
  });

  it("knows no collection that is not there", async () => {
    await expect(client.db("shop").command({ validate: "others" })).rejects.toMatchObject({ code: 26 });
  });
});

describe("replSetGetConfig", () => {
  it("shows the one member under the address that clients use", async () => {
    const { host } = new URL(engine.uri);
    expect((await admin({ replSetGetConfig: 1 }))["config"]).toMatchObject({ _id: "rs0", members: [{ _id: 0, host }] });
  });
});

describe("collMod", () => {
  it("does not make an index unique", async () => {
    for (const change of [{ unique: true }, { prepareUnique: true }]) {
      const command = { collMod: "items", index: { name: "n_1", ...change } };
      await expect(client.db("shop").command(command)).rejects.toMatchObject({ code: 115 });
    }
  });
});
