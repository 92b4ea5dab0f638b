import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.js";

const commands = [
  "process",
  "seed",
  "stock",
  "receive",
  "adjust",
  "orders",
  "order",
  "deliver",
  "cancel",
  "ledger",
  "audit",
  "db",
];

describe("warehouse --help", () => {
  it("starts with examples and names every command", async () => {
    const { code, stdout, stderr } = await runCli(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot();
  });

  it("is what the bare command shows, and fits a terminal of 60 columns", async () => {
    const { code, stdout } = await runCli([], { columns: 60 });
    expect(code).toBe(0);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
  });
});

describe.each(commands)("warehouse %s --help", (command) => {
  it("starts with an example of itself", async () => {
    const { code, stdout } = await runCli([command, "--help"]);
    expect(code).toBe(0);
    const [heading, example] = stdout.split("\n");
    expect(heading).toMatch(/^Examples?:$/);
    expect(example).toMatch(new RegExp(`^  \\$ warehouse ${command}( |$)`));
  });

  it("is one JSON document with --json", async () => {
    const { stdout } = await runCli([command, "--json", "--help"]);
    expect(JSON.parse(stdout)).toHaveProperty("text");
  });
});

describe("warehouse process --help", () => {
  it("explains every option", async () => {
    expect((await runCli(["process", "--help"])).stdout).toMatchInlineSnapshot();
  });
});

describe("warehouse --version", () => {
  it("prints the package's version", async () => {
    expect((await runCli(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
