import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startBin } from "../support/bin.js";
import { type CliStore, openCliStore } from "../support/cli-store.js";

// Processes are started, on a machine that runs other tests too.
vi.setConfig({ testTimeout: 60_000 });

let store: CliStore;
let script: string;
beforeAll(async () => {
  store = await openCliStore();
  await store.run(["seed"]);
  script = (await store.run(["completion", "bash"])).stdout;
});
afterAll(() => store.close());

/** What bash offers after these words; `warehouse` there answers with its last word. */
async function complete(...words: string[]): Promise<string[]> {
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
    expect(await complete(...words)).toEqual(offered);
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
    expect(fish.stdout).toContain("-n '__warehouse_in run' -f -a '(warehouse complete-ids runs 2>/dev/null)'");
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

  it("gives what it remembers, and looks anew in the background", async () => {
    const ask = async (): Promise<string> => {
      const { ended } = startBin(["complete-ids", "products"], { env: store.env, cwd: store.directory });
      return (await ended).stdout;
    };
    expect(await ask()).toBe("");
    await vi.waitFor(
      async () => expect((await ask()).split("\n").sort()).toEqual(["", "prod1", "prod2", "prod3"]),
      30_000,
    );
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
