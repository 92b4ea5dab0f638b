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

  it("holds the bundle and not what it was made of, and the types of all", () => {
    const modules = files.filter((path) => path.endsWith(".js") && path.startsWith("dist/"));
    expect(modules).toContain("dist/bundle/main.js");
    expect(modules.filter((path) => !path.startsWith("dist/bundle/"))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["dist/cli/main.d.ts", "dist/engine/index.d.ts"]));
  });

  it("has a source map, which holds its source, for every module that has one", () => {
    const maps = files.filter((path) => path.endsWith(".js.map"));
    expect(maps).toContainEqual(expect.stringContaining("dist/bundle/start-"));
    for (const path of maps) {
      const map = readFileSync(join(directory, "package", path), "utf8");
      expect({ path, ...(JSON.parse(map) as object) }).toHaveProperty("sourcesContent.0");
    }
  });

  it("holds the licences of the libraries in the bundle", () => {
    const text = readFileSync(join(directory, "package/dist/bundle/licences.txt"), "utf8");
    expect(text).toMatch(/^mongodb 7\.\S+, Apache-2\.0$/m);
    expect(text).toContain("Apache License");
    expect(text).toMatch(/^commander \S+, MIT$/m);
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
