// Joins the program and the libraries it uses in few files: to find and read four hundred takes Node longer than to run
// them. A dotfile because the repository's top level is fixed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

const entries = {
  main: "src/cli/main.ts",
  complete: "src/cli/complete.ts",
  engine: "src/engine/index.ts",
  "thread-main": "src/engine/thread-main.ts",
  "growth-child": "src/bench/cases/growth-child.ts",
};
const assets = "src/cli/render/html/assets";

/** Files that modules read beside themselves. */
const besides = {
  name: "assets",
  generateBundle() {
    for (const name of readdirSync(assets))
      this.emitFile({ type: "asset", fileName: `assets/${name}`, source: readFileSync(join(assets, name)) });
  },
};

/** The types of an entry are those that the compiler made of its source. */
const types = {
  name: "types",
  generateBundle() {
    for (const [name, source] of Object.entries(entries)) {
      const path = source.replace(/^src/, "..").replace(/\.ts$/, ".js");
      this.emitFile({ type: "asset", fileName: `${name}.d.ts`, source: `export * from "${path}";\n` });
    }
  },
};

/** What was joined keeps its licence. */
const licences = {
  name: "licences",
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((chunk) => chunk.moduleIds ?? []);
    const packages = new Set(modules.map(packageOf).filter((path) => path !== undefined));
    const source = [...packages]
      .sort()
      .map(licenceOf)
      .join(`\n${"-".repeat(80)}\n\n`);
    this.emitFile({ type: "asset", fileName: "licences.txt", source });
  },
};

function packageOf(module) {
  return /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(module)?.[0];
}

function licenceOf(path) {
  const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const files = readdirSync(path).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  return [`${name} ${version}, ${license}\n`, ...files.map((file) => readFileSync(join(path, file), "utf8"))].join(
    "\n",
  );
}

const bundle = await rolldown({
  input: entries,
  platform: "node",
  // It finds its binary beside itself.
  external: ["lmdb"],
  resolve: { mainFields: ["module", "main"] },
  plugins: [besides, types, licences],
  logLevel: "silent",
});
await bundle.write({
  dir: "dist/bundle",
  format: "esm",
  charset: "ascii",
  comments: false,
  chunkFileNames: "[name]-[hash].js",
  sourcemap: true,
});
await bundle.close();
