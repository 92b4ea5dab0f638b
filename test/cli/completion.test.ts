import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { main as complete } from "../../src/cli/complete.js";
import type { Environment } from "../../src/cli/host.js";
import { startBin } from "../support/bin.js";
import { type CliStore, openCliStore } from "../support/cli-store.js";

// Processes are started, on a machine that runs other tests too.
vi.setConfig({ testTimeout: 60_000 });

const bin = fileURLToPath(new URL("../../bin/warehouse.js", import.meta.url));

let store: CliStore;
let script: string;
beforeAll(async () => {
  store = await openCliStore();
  await store.run(["seed"]);
  script = (await store.run(["completion", "bash"])).stdout;
});
afterAll(() => store.close());

/** What bash offers after these words; `warehouse` there answers with its last word. */
async function offers(...words: string[]): Promise<string[]> {
  const list = ["warehouse", ...words].map((word) => `'${word}'`).join(" ");
  const call = `COMP_WORDS=(${list}); COMP_CWORD=${words.length}; _warehouse; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const source = `${script}\nwarehouse() { printf '%s-1\\n%s-2\\n' "$2" "$2"; }\n${call}`;
  const { stdout } = await promisify(execFile)("bash", ["-c", source]);
  return stdout.trim().split("\n");
}

describe("warehouse completion bash", () => {
  it.each([
    [["st"], ["stock"]],
    [["audit", "--a"], ["--adopt"]],
    [["audit", "--da"], ["--data-dir"]],
    [
      ["stock", ""],
      ["products-1", "products-2"],
    ],
    [["stock", "products-2"], ["products-2"]],
    [
      ["order", ""],
      ["orders-1", "orders-2"],
    ],
    [
      ["run", ""],
      ["runs-1", "runs-2"],
    ],
    [
      ["report", ""],
      ["runs-1", "runs-2"],
    ],
    [
      ["ledger", "--product", ""],
      ["products-1", "products-2"],
    ],
    [
      ["orders", "--run", ""],
      ["runs-1", "runs-2"],
    ],
    [["orders", "--status", "c"], ["cancelled"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["help", "gr"], ["graph"]],
    [["--data-dir", "stock", "rep"], ["report"]],
    [["--data-dir", ""], [""]],
    [["process", ""], [""]],
  ])("%j offers %j", async (words, offered) => {
    expect(await offers(...words)).toEqual(offered);
  });
});

describe("warehouse completion zsh and fish", () => {
  it("say of every command what it is for, and ask for the same ids", async () => {
    const help = (await store.run(["--help"])).stdout;
    const names = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    const [zsh, fish] = [await store.run(["completion", "zsh"]), await store.run(["completion", "fish"])];
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) {
      expect(zsh.stdout).toMatch(new RegExp(`^    ${name}\\) .*options=\\(`, "m"));
      expect(fish.stdout).toMatch(new RegExp(`^complete -c warehouse -n '__warehouse_bare' -f -a ${name} -d '`, "m"));
    }
    expect(zsh.stdout).toMatch(/^ {4}run\) ids=runs; options=/m);
    expect(fish.stdout).toContain(
      "-n '__warehouse_in run' -f -a '(warehouse complete-ids runs --line (commandline -cp | string collect) 2>/dev/null)'",
    );
  });

  it("work in a zsh whose completion system has not been started", async () => {
    const { stdout } = await store.run(["completion", "zsh"]);
    expect(stdout).toContain("(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }\n");
  });

  it("keep quotes and colons of descriptions from being read as more", async () => {
    const { stdout } = await store.run(["completion", "zsh"]);
    expect(stdout).toContain("'adjust:Correct a product'\\''s stock");
    expect(stdout).toContain("run:Show one run step by step\\: worker");
  });
});

describe("warehouse complete-ids", () => {
  it("says nothing where there is no database", async () => {
    const lost = await store.run([
      "complete-ids",
      "orders",
      "--uri",
      "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=99",
    ]);
    expect(lost).toMatchObject({ code: 0, stdout: "", stderr: "" });
    const none = await store.run(["complete-ids", "orders", "--data-dir", join(store.directory, "none")]);
    expect(none).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  /** What a Tab is answered, however busy the machine is that runs the tests. */
  async function ask(env: Environment, line?: string, leftMs = 30_000): Promise<{ text: string; exits: number[] }> {
    let text = "";
    const exits: number[] = [];
    const stdout = new Writable({
      write(chunk: Buffer, _, done) {
        text += chunk.toString();
        done();
      },
    });
    const argv = [process.execPath, bin, "complete-ids", "products", ...(line === undefined ? [] : ["--line", line])];
    const exit = (code: number): void => void exits.push(code);
    const cwd = (): string => store.directory;
    await complete({ ...process, argv, env, stdout, cwd, exit, on: () => undefined, off: () => undefined }, leftMs);
    return { text, exits };
  }

  it("gives what it remembers, and looks anew in the background", async () => {
    expect((await ask(store.env)).text).toBe("");
    await vi.waitFor(
      async () => expect((await ask(store.env)).text.split("\n").sort()).toEqual(["", "prod1", "prod2", "prod3"]),
      30_000,
    );
  });

  it("asks the database that is named on the line", async () => {
    const { WAREHOUSE_DATA_DIR: dataDir, MONGODB_URI: uri, WAREHOUSE_DB: db } = store.env;
    const env = { HOME: store.directory, ...(uri === undefined && { MONGODB_URI: "mongodb://127.0.0.1:9/" }) };
    const place = uri === undefined ? `--data-dir '${dataDir}'` : `--uri '${uri}'`;
    const line = `warehouse ${place} --db=${db} stock `;
    await vi.waitFor(async () => expect((await ask(env, line)).text).toContain("prod1\n"), 30_000);
  });

  it("says nothing, and ends, when there is no answer in time", async () => {
    await store.run(["complete-ids", "products", "--quiet"]);
    expect((await ask(store.env)).text).toContain("prod1");
    // Nobody writes to this pipe, so to read it takes for ever.
    const pipe = join(store.directory, ".env");
    await promisify(execFile)("mkfifo", [pipe]);
    expect(await ask(store.env, undefined, 0)).toEqual({ text: "", exits: [0] });
    await writeFile(pipe, "");
    await rm(pipe);
  });

  it("is what the program does, in time or silent", async () => {
    const { ended } = startBin(["complete-ids", "products"], { env: store.env, cwd: store.directory });
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(["", "prod1,prod2,prod3"]).toContain(stdout.trim().split("\n").sort().join());
  });

  it("keeps another database's ids apart", async () => {
    await store.run(["complete-ids", "products", "--quiet"]);
    expect((await store.run(["complete-ids", "products"])).stdout).toContain("prod1");
    const other = { env: { WAREHOUSE_DB: "another" } };
    expect((await store.run(["complete-ids", "products"], other)).stdout).toBe("");
  });

  it("is not in the help", async () => {
    expect((await store.run(["--help"])).stdout).not.toContain("complete-ids");
  });
});
