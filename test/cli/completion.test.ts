import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliStore, openCliStore } from "../support/cli-store.js";

let store: CliStore;
let script: string;
beforeAll(async () => {
  store = await openCliStore();
  await store.run(["seed"]);
  script = (await store.run(["completion", "bash"])).stdout;
});
afterAll(() => store.close());

/** What bash offers after these words; `warehouse` there answers as the program does here. */
async function complete(...words: string[]): Promise<string[]> {
  const { stdout: ids } = await store.run(["complete-ids", "products"]);
  const list = ["warehouse", ...words].map((word) => `'${word}'`).join(" ");
  const call = `COMP_WORDS=(${list}); COMP_CWORD=${words.length}; _warehouse; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const source = `${script}\nwarehouse() { printf '%s' '${ids}'; }\n${call}`;
  const { stdout } = await promisify(execFile)("bash", ["-c", source]);
  return stdout.trim().split("\n");
}

describe("warehouse completion bash", () => {
  it("completes commands", async () => {
    expect(await complete("st")).toEqual(["stock"]);
  });

  it("completes a command's own options and those of every command", async () => {
    expect(await complete("audit", "--a")).toEqual(["--adopt"]);
    expect(await complete("audit", "--da")).toEqual(["--data-dir"]);
  });

  it("completes product ids", async () => {
    expect((await complete("stock", "")).sort()).toEqual(["prod1", "prod2", "prod3"]);
    expect(await complete("stock", "prod2")).toEqual(["prod2"]);
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

  it("is not in the help", async () => {
    expect((await store.run(["--help"])).stdout).not.toContain("complete-ids");
  });
});
