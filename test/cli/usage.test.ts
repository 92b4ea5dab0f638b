import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.js";

describe("a stream that takes nothing", () => {
  it("fails the command whose result is lost, and says that what it did stays done", async () => {
    const { code, stderr, stdout } = await runCli(["--help"], { full: ["stdout"] });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("error: Cannot write to standard output (no space left)");
    expect(stderr).toContain("what the command changed stays changed");
    expect(stderr).not.toContain("bug");
  });

  it("does not hide an error, nor its exit code", async () => {
    const lost = await runCli(["stok", "--json"], { full: ["stdout"] });
    expect([lost.code, lost.stderr]).toEqual([2, expect.stringContaining("Unknown command 'stok'")]);
    expect(await runCli(["stok"], { full: ["stderr"] })).toMatchObject({ code: 2, stderr: "" });
    expect(await runCli(["--version"], { full: ["stderr"] })).toMatchObject({ code: 0 });
  });
});

describe("a wrong command line", () => {
  it.each([
    [["stok"], "Unknown command 'stok'", "did you mean stock?"],
    [["help", "stok"], "Unknown command 'stok'", "did you mean stock?"],
    [["help", "-v", "stok"], "Unknown command 'stok'", "did you mean stock?"],
    [["--db", "shop", "stok", "--help"], "Unknown command 'stok'", "did you mean stock?"],
    [["stock", "--db", "admin"], "admin is MongoDB's own", "name another one"],
    [["stock", "--jsn"], "Unknown option '--jsn'", "did you mean --json?"],
    [["process"], "Missing required argument 'file'", "warehouse process --help"],
    [["orders", "extra"], "Too many arguments", "warehouse orders --help"],
    [["orders", "--status", "lost"], "Allowed choices are pending", "warehouse orders --help"],
    [["receive", "prod1", "2.5"], "whole number", "warehouse receive --help"],
    [["adjust", "prod1", "0", "--reason", "x"], "must not be 0", "warehouse adjust --help"],
    [["adjust", "prod1", "-1"], "Required option '--reason <text>'", "warehouse adjust --help"],
    [["stock", "--uri", "mongodb://a", "--data-dir", "b"], "not both", ""],
    [["stock", "-q", "-v"], "cannot be used with", "warehouse stock --help"],
  ])("%j exits 2 and says what, where and what to do", async (words, what, advice) => {
    const { code, stdout, stderr } = await runCli(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(what);
    expect(stderr).toContain(advice);
    expect(stderr).not.toContain("    at ");
  });

  it("is one JSON document on stdout with --json, wherever that stands", async () => {
    for (const words of [
      ["--json", "stok"],
      ["stock", "--jsn", "--json"],
    ]) {
      const { code, stdout, stderr } = await runCli(words);
      expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage" } });
    }
  });

  it("looks like this", async () => {
    expect((await runCli(["stok"])).stderr).toMatchInlineSnapshot(`
      "error: Unknown command 'stok'
         in: warehouse
        try: did you mean stock? warehouse --help lists what there is
      "
    `);
  });
});

describe("a database that cannot be reached", () => {
  const uri = "mongodb://ann:secret@127.0.0.1:1/?serverSelectionTimeoutMS=200";

  it("exits 5, names the place without the password, and wrote nothing to stdout", async () => {
    const { code, stdout, stderr } = await runCli(["stock"], { env: { MONGODB_URI: uri } });
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toContain("127.0.0.1:1");
    expect(stderr).not.toContain("secret");
  });

  it("is a JSON document with --json", async () => {
    const { code, stdout } = await runCli(["stock", "--json"], { env: { MONGODB_URI: uri } });
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "database_unavailable" } });
    expect(stdout).not.toContain("secret");
  });
});

describe("--json of a command that fails", () => {
  const env = { MONGODB_URI: "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50" };
  const fixture = new URL("../../fixtures/orders.json", import.meta.url).pathname;

  it.each([
    [["seed"]],
    [["process", fixture]],
    [["resume"]],
    [["stock"]],
    [["receive", "prod1", "1"]],
    [["adjust", "prod1", "-1", "--reason", "lost"]],
    [["orders"]],
    [["order", "1"]],
    [["deliver", "1"]],
    [["cancel", "1"]],
    [["ledger"]],
    [["audit"]],
    [["runs"]],
    [["run", "1"]],
  ])("%j is one error document and exit code 5", async (words) => {
    const { code, stdout } = await runCli([...words, "--json"], { env });
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "database_unavailable", details: {} } });
  });
});

describe("a data directory that cannot be used", () => {
  it.each([[["stock"]], [["db"]]])("%j exits 5 and names it", async (words) => {
    const { code, stderr } = await runCli([...words, "--data-dir", "/dev/null/here"]);
    expect(code).toBe(5);
    expect(stderr).toContain("/dev/null/here");
  });
});

describe("the .env file", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "warehouse-env-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const unreachable = (port: number): string => `mongodb://127.0.0.1:${port}/?serverSelectionTimeoutMS=100`;

  it("is read from the working directory", async () => {
    await writeFile(join(directory, ".env"), `MONGODB_URI="${unreachable(2)}"\n`);
    expect((await runCli(["stock"], { cwd: directory })).stderr).toContain("127.0.0.1:2");
  });

  it("gives way to the real environment", async () => {
    await writeFile(join(directory, ".env"), `MONGODB_URI="${unreachable(2)}"\n`);
    const { stderr } = await runCli(["stock"], { cwd: directory, env: { MONGODB_URI: unreachable(3) } });
    expect(stderr).toContain("127.0.0.1:3");
  });

  it("may be a directory, as Python has it", async () => {
    await mkdir(join(directory, ".env"));
    expect((await runCli(["stock"], { cwd: directory, env: { MONGODB_URI: unreachable(4) } })).code).toBe(5);
  });
});
