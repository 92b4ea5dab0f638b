import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Session {
  readonly title: string;
  readonly commands: readonly Shown[];
}

/** One command of a console block with what the README says it prints. */
interface Shown {
  readonly command: string;
  readonly output: string;
}

/** The `console` blocks, each on a seeded warehouse of its own. */
function sessionsIn(markdown: string): Session[] {
  return [...markdown.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block = ""]) => {
    const commands = block.split(/^\$ /m).slice(1).map(shownIn);
    return { title: commands[0]?.command ?? "", commands };
  });
}

/** Needs a key, a server or a person, or says what to fill in. */
const notHere = /--model|--uri|mongodb|[<…]|warehouse (db|bench|mcp|.*--watch|.*--follow)/;

/** The commands in `sh` blocks that can run on a seeded warehouse, without their comments. */
function commandsIn(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  const lines = blocks.flatMap((block) => block.split("\n")).map((line) => line.replace(/\s+# .*$/, ""));
  return lines.filter((line) => line.startsWith("warehouse ") && !notHere.test(line));
}

function shownIn(text: string): Shown {
  const end = text.indexOf("\n");
  return { command: text.slice(0, end), output: text.slice(end + 1) };
}

/** What differs from run to run, made the same. */
function steady(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{24}\b/g, "<order id>")
    .replaceAll(/\d{8}-\d{6}-[0-9a-f]{8}/g, "<run id>")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, "<moment>")
    .replaceAll(/\d[\d.,]* (ms|s)\b/g, "<time>")
    .replaceAll(/[\d,]+ orders?\/s/g, "<rate>")
    .replaceAll(/\d+\.\d+\.\d+/g, "<version>")
    .trim();
}

let directory: string;
/** Runs a line of the README as a user's shell does; what fails shows as its output. */
async function run(command: string): Promise<string> {
  const env = { HOME: directory, PATH: `${join(directory, "bin")}:${process.env["PATH"] ?? ""}` };
  const shell = promisify(execFile)("bash", ["-c", `{ ${command}\n} 2>&1`], { cwd: directory, env });
  const { stdout } = await shell.catch((error: unknown) => error as { readonly stdout: string });
  return stdout;
}

const markdown = readFileSync(join(root, "README.md"), "utf8");

describe("the README", () => {
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "warehouse-readme-"));
    await cp(join(root, "fixtures"), join(directory, "fixtures"), { recursive: true });
    await cp(join(root, "fixtures"), directory, { recursive: true });
    await mkdir(join(directory, "bin"));
    const shim = join(directory, "bin", "warehouse");
    await writeFile(shim, `#!/bin/sh\nexec "${process.execPath}" "${join(root, "bin/warehouse.js")}" "$@"\n`);
    await chmod(shim, 0o755);
    await run("warehouse seed");
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it.each(sessionsIn(markdown))("shows what this prints: $title", { timeout: 60_000 }, async ({ commands }) => {
    for (const { command, output } of commands) {
      const printed = await run(command);
      if (output.trim() !== "") expect(steady(printed)).toBe(steady(output));
      else expect(printed).not.toContain("error:");
    }
  });

  it("names commands that run one after the other", { timeout: 60_000 }, async () => {
    for (const command of commandsIn(markdown)) {
      expect(`${command}: ${await run(command)}`).not.toContain("error:");
    }
  });
});

describe("sessionsIn", () => {
  it("cuts console blocks at each prompt", () => {
    const text = "```console\n$ warehouse seed\nProduct\n$ warehouse stock\n```\n```sh\nnpm ci\n```\n";
    const seed = { command: "warehouse seed", output: "Product\n" };
    const stock = { command: "warehouse stock", output: "" };
    expect(sessionsIn(text)).toEqual([{ title: "warehouse seed", commands: [seed, stock] }]);
  });
});

describe("commandsIn", () => {
  it("takes what can run here", () => {
    const text = "```sh\nnpm ci\nwarehouse stock   # all\nwarehouse db\nwarehouse order <id>\n```\n";
    expect(commandsIn(text)).toEqual(["warehouse stock"]);
  });
});
