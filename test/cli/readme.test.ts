import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../../src/cli/app.js";
import { buildProgram } from "../../src/cli/program.js";
import { type Engine, startEngine } from "../../src/engine/index.js";
import { commandTables } from "../support/command-tables.js";
import { perfectModel } from "../support/model-scripts.js";
import { type ModelServer, startModelServer } from "../support/model-server.js";
import {
  readReadme,
  rewriteReadme,
  root,
  scriptsIn,
  sessionsIn,
  type StandIns,
  steady,
  updating,
  withStandIns,
} from "../support/readme.js";

// A process for each command, on a machine that runs other tests too.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let directory: string;

/** Runs a line as a user's shell does. */
async function run(command: string): Promise<{ readonly code: number; readonly text: string }> {
  const env = { HOME: directory, PATH: `${join(directory, "bin")}:${process.env["PATH"] ?? ""}` };
  const shell = promisify(execFile)("bash", ["-c", `{ ${command}\n} 2>&1`], { cwd: directory, env });
  return shell.then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: unknown) => {
      const { code, stdout } = error as { readonly code: number; readonly stdout: string };
      return { code, text: stdout };
    },
  );
}

/** What `run` says of a command that did its work: 3 is an order that was cancelled, and no mistake of the README. */
const works = { code: expect.toSatisfy((code) => code === 0 || code === 3) as number };

const markdown = readReadme();

describe("the README", () => {
  let engine: Engine;
  let model: ModelServer;
  beforeAll(async () => {
    engine = await startEngine({ port: 0 });
    model = await startModelServer((request) =>
      request.tools.includes("report_units")
        ? { calls: [{ name: "report_units", args: { units: 3 } }] }
        : perfectModel(request),
    );
  });
  afterAll(async () => {
    await model.close();
    await engine.close();
  });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "warehouse-readme-"));
    await cp(join(root, "fixtures"), join(directory, "fixtures"), { recursive: true });
    await cp(join(root, "fixtures"), directory, { recursive: true });
    await mkdir(join(directory, "bin"));
    await mkdir(join(directory, ".config/fish/completions"), { recursive: true });
    const shim = join(directory, "bin", "warehouse");
    await writeFile(shim, `#!/bin/sh\nexec "${process.execPath}" "${join(root, "bin/warehouse.js")}" "$@"\n`);
    await chmod(shim, 0o755);
    await run("warehouse seed");
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it.each(sessionsIn(markdown))("shows what this prints: $title", async ({ commands }) => {
    for (const { command, output } of commands) {
      const printed = await run(command);
      expect({ command, ...printed }).toMatchObject(works);
      if (updating && steady(printed.text) !== steady(output)) {
        rewriteReadme(`$ ${command}\n${output}`, `$ ${command}\n${printed.text.trim()}\n\n`);
      } else if (output.trim() !== "") expect(steady(printed.text)).toBe(steady(output));
    }
  });

  it.each(scriptsIn(markdown))("names commands that work one after the other, from: $title", async ({ lines }) => {
    const exports: string[] = [];
    for (const line of lines) {
      const command = withStandIns(line, await standIns(line));
      if (command.startsWith("export ")) exports.push(command);
      else expect({ command, ...(await run([...exports, command].join("\n"))) }).toMatchObject(works);
    }
  });

  it("lists the commands and options of the program", async () => {
    const tables = await commandTables(buildProgram(new App(process, {}), "", () => undefined));
    const [shown = ""] = /(?<=<!-- commands:[^>]*-->\n\n).*?(?=\n<!-- end of commands -->)/s.exec(markdown) ?? [];
    if (updating) rewriteReadme(`-->\n\n${shown}`, `-->\n\n${tables}`);
    else expect(shown, "UPDATE_README=1 with this test writes it anew").toBe(tables);
  });

  async function standIns(line: string): Promise<StandIns> {
    return { uri: engine.uri, modelUrl: model.baseUrl, run: line.includes("<run>") ? await newestRun() : "" };
  }

  async function newestRun(): Promise<string> {
    await run("warehouse process orders.json");
    const [newest] = JSON.parse((await run("warehouse runs --json")).text) as { run: string }[];
    return newest?.run ?? "";
  }

  it("would not pass with a command that does not exist", async () => {
    expect(await run("warehouse stok")).not.toMatchObject(works);
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

describe("scriptsIn", () => {
  it("takes what can run here", () => {
    const text = "```sh\nnpm ci\nwarehouse stock   # all\nwarehouse db\n```\n```sh\nnpm test\n```\n";
    expect(scriptsIn(text)).toEqual([{ title: "warehouse stock", lines: ["warehouse stock"] }]);
  });
});

describe("withStandIns", () => {
  const standIns = { uri: "mongodb://here", modelUrl: "http://model", run: "run1" };
  it.each([
    ["export MONGODB_URI='mongodb+srv://u:p@there/'", "export MONGODB_URI='mongodb://here'"],
    ["export OPENAI_API_KEY=sk-…", "export OPENAI_API_KEY=test"],
    ["warehouse report <run>", "warehouse report run1"],
    [
      "warehouse process a.json --model x/y --base-url http://z",
      "warehouse process a.json --model x/scripted --base-url http://model",
    ],
    ["warehouse stock", "warehouse stock"],
  ])("makes of %s what runs here", (line, made) => {
    expect(withStandIns(line, standIns)).toBe(made);
  });
});
