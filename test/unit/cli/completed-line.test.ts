import { describe, expect, it } from "vitest";
import { databaseOptionsIn } from "../../../src/cli/completed-line.js";

describe("databaseOptionsIn", () => {
  it.each([
    ["warehouse stock ", {}],
    ["warehouse --db shop stock ", { db: "shop" }],
    ["warehouse stock --db=shop --db other ", { db: "other" }],
    ["warehouse --uri mongodb://localhost:27017/?a=b order ", { uri: "mongodb://localhost:27017/?a=b" }],
    ["warehouse --data-dir 'my data'/it\\'s stock ", { dataDir: "my data/it's" }],
    ['warehouse --data-dir "my \\"data\\"" stock ', { dataDir: 'my "data"' }],
    ["warehouse --data-dir ~/data stock ", { dataDir: "/home/me/data" }],
    ["warehouse --data-dir '~/data' stock ", { dataDir: "~/data" }],
    ["warehouse stock --constructor x --db", {}],
  ])("finds in %j what it names: %j", (line, options) => {
    expect(databaseOptionsIn(line, "/home/me")).toEqual(options);
  });
});
