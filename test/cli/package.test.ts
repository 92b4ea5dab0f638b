import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

let directory: string;
let home: string;
let files: readonly string[];

describe("the package", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "warehouse-package-"));
    home = join(directory, "home");
    const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", directory];
    const { stdout } = await run("npm", pack, { cwd: root, env: { ...process.env, HOME: home } });
    const [{ filename = "" } = {}] = JSON.parse(stdout) as { filename?: string }[];
    await run("tar", ["xzf", filename], { cwd: directory });
    const { stdout: list } = await run("tar", ["tzf", filename], { cwd: directory });
    files = list
      .trim()
      .split("\n")
      .map((path) => path.replace("package/", ""));
    await symlink(join(root, "node_modules"), join(directory, "node_modules"));
  }, 60_000);
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it("holds the program, its types and its samples, and nothing else", () => {
    const folders = new Set(files.filter((path) => path.includes("/")).map((path) => path.split("/")[0]));
    expect([...folders].sort()).toEqual(["bin", "dist", "fixtures"]);
    expect(files.filter((path) => /\.test\.|^dist\/.*[^d]\.ts$|\.log$/.test(path))).toEqual([]);
  });

  it("has types and a source map, which holds its source, for every module", () => {
    const modules = files.filter(
      (path) => path.startsWith("dist/") && path.endsWith(".js") && !path.includes("/html/"),
    );
    expect(modules).toContain("dist/cli/main.js");
    for (const path of modules) {
      const map = readFileSync(join(directory, "package", `${path}.map`), "utf8");
      expect({ path, ...(JSON.parse(map) as object) }).toHaveProperty("sourcesContent.0");
      expect(files).toContain(path.replace(/\.js$/, ".d.ts"));
    }
  });

  it("exports files that are in it", () => {
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === "string" ? target : Object.values(target),
    );
    expect(files).toEqual(expect.arrayContaining(targets.map((target) => target.replace("./", ""))));
  });

  it("does the main job with nothing but what it holds", async () => {
    const env = { PATH: process.env["PATH"], HOME: home };
    const warehouse = (...words: string[]) =>
      run(process.execPath, [join(directory, "package/bin/warehouse.js"), ...words], { cwd: directory, env });
    await warehouse("seed");
    await warehouse("process", "package/fixtures/orders.json");
    expect((await warehouse("stock", "prod1", "--json")).stdout).toContain('"quantity": 8');
  });
});
