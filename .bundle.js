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

/** What libraries do when they are loaded, although few commands need it. */
const lazier = {
  name: "lazier",
  // lmdb would encode with it what is not binary: nothing is.
  resolveId: (id, importer = "") => (id === "msgpackr" && isAt(importer, "/lmdb/index.js") ? "\0msgpackr" : null),
  load: (id) => (id === "\0msgpackr" ? "export const Encoder = undefined;" : null),
  transform(code, id) {
    const changes = laterOn.filter(([file]) => isAt(id, file));
    return changes.length === 0 ? null : changes.reduce(madeLazier, code);
  },
};

const segmenter = [
  "const segmenter = new Intl.Segmenter();",
  "let segments; const segmenter = { segment: (text) => (segments ??= new Intl.Segmenter()).segment(text) };",
];
const laterOn = [
  ["/string-width/index.js", ...segmenter],
  ["/wrap-ansi/index.js", ...segmenter],
  [
    "/string-width/index.js",
    String.raw`const rgiEmojiRegex = /^\p{RGI_Emoji}$/v;`,
    String.raw`let emoji; const rgiEmojiRegex = { test: (text) => (emoji ??= new RegExp("^\\p{RGI_Emoji}$", "v")).test(text) };`,
  ],
  [
    // Its binary lies beside it.
    "/lmdb/native.js",
    "let dirName = dirname(fileURLToPath(import.meta.url)).replace(/dist$/, '');",
    "let dirName = dirname(dirname(createRequire(import.meta.url).resolve('lmdb')));",
  ],
  ["/lmdb/native.js", "import { dirname,", "import { createRequire } from 'node:module';\nimport { dirname,"],
  [
    "/mongodb/lib/cmap/auth/scram.js",
    'const saslprep_1 = require("@mongodb-js/saslprep");',
    'const saslprep_1 = { saslprep: (text) => require("@mongodb-js/saslprep").saslprep(text) };',
  ],
];

function madeLazier(code, [file, eager, lazy]) {
  if (!code.includes(eager)) throw new Error(`${file} has changed: see what of it still must be made lazier`);
  return code.replace(eager, () => lazy);
}

function isAt(id, path) {
  return id.replaceAll("\\", "/").endsWith(path);
}

/** A chunk is a module with all that it imports, unless an earlier one has it; what is imported later makes its own. */
const chunk = (name, module, priority) => ({ name, test: (id) => isAt(id, `/src/${module}.ts`), priority });

const bundle = await rolldown({
  input: entries,
  platform: "node",
  // Node's own URL does what the driver's does.
  resolve: { mainFields: ["module", "main"], alias: { "whatwg-url": "node:url" } },
  plugins: [lazier, besides, types, licences],
  logLevel: "silent",
});
await bundle.write({
  dir: "dist/bundle",
  format: "esm",
  charset: "ascii",
  comments: false,
  chunkFileNames: "[name]-[hash].js",
  codeSplitting: {
    groups: [
      chunk("start", "cli/main", 4),
      chunk("program", "cli/program", 3),
      chunk("desk", "cli/desk", 2),
      chunk("process", "graph/run", 1),
    ],
  },
  sourcemap: true,
});
await bundle.close();
