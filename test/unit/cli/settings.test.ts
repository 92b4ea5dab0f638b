import { describe, expect, it } from "vitest";
import { commandLine } from "../../../src/cli/command-line.js";
import { databaseSettings, userDataDir } from "../../../src/cli/settings.js";

const host = { platform: "linux", cwd: () => "/work" } as const;
const home = { HOME: "/home/ann" };

describe("databaseSettings", () => {
  it("uses the embedded engine in the user's data directory by default", () => {
    expect(databaseSettings({}, home, host)).toEqual({
      dbName: "warehouse",
      dataDir: "/home/ann/.local/share/warehouse",
      uriGiven: false,
      uriOverridden: false,
    });
  });

  it.each([
    [{ MONGODB_URI: "mongodb://a" }, {}, "mongodb://a"],
    [{ MONGO_URI: "mongodb://b" }, {}, "mongodb://b"],
    [{ MONGODB_URI: "mongodb://a", MONGO_URI: "mongodb://b" }, {}, "mongodb://a"],
    [{ MONGODB_URI: "", MONGO_URI: "mongodb://b" }, {}, "mongodb://b"],
    [{ MONGODB_URI: "mongodb://a" }, { uri: "mongodb://c" }, "mongodb://c"],
    [{ MONGODB_URI: "mongodb://a", WAREHOUSE_DATA_DIR: "/data" }, {}, "mongodb://a"],
    [{ MONGODB_URI: "mongodb://a" }, { dataDir: "here" }, undefined],
  ])("with %o and %o uses %s", (env, options, uri) => {
    expect(databaseSettings(options, { ...home, ...env }, host).uri).toBe(uri);
  });

  it("resolves the data directory from the working directory and says that it wins over the environment", () => {
    const settings = databaseSettings({ dataDir: "here", db: "shop" }, { ...home, MONGODB_URI: "mongodb://a" }, host);
    expect(settings).toMatchObject({ dataDir: "/work/here", dbName: "shop", uriOverridden: true });
  });

  it.each(["a.b", "a b", "a\nb", "$x", "x".repeat(64)])("refuses %j as a database's name", (db) => {
    expect(() => databaseSettings({ db }, home, host)).toThrow("No database can be named");
  });

  it.each([{ uri: "" }, { dataDir: "" }, { db: "" }])("refuses %o rather than take the default", (options) => {
    const env = { ...home, MONGODB_URI: "mongodb://a" };
    expect(() => databaseSettings(options, env, host)).toThrow("is empty: give it a value, or leave it out");
  });

  it("refuses a deployment and a data directory on one command line", () => {
    expect(() => databaseSettings({ uri: "mongodb://a", dataDir: "here" }, home, host)).toThrow("not both");
  });
});

describe("userDataDir", () => {
  it.each([
    ["linux", { HOME: "/home/ann", XDG_DATA_HOME: "/xdg" }, "/xdg/warehouse"],
    ["darwin", { HOME: "/Users/ann" }, "/Users/ann/Library/Application Support/warehouse"],
    ["win32", { HOME: "/c/ann", LOCALAPPDATA: "/c/ann/Local" }, "/c/ann/Local/warehouse"],
  ] as const)("on %s follows the platform", (platform, env, directory) => {
    expect(userDataDir(platform, env)).toBe(directory);
  });
});

describe("commandLine", () => {
  it("repeats where the database is, but never a password", () => {
    expect(commandLine(["stock"], { dataDir: "my data", db: "shop" })).toBe(
      "warehouse stock --db shop --data-dir 'my data'",
    );
    expect(commandLine(["stock"], { uri: "mongodb://ann:secret@db/" })).toBe("warehouse stock");
  });
});
