import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";

const src = join(import.meta.dirname, "../src");

/** Folders from top to bottom; each may import itself and what its list names. */
const mayImport: Record<string, readonly string[]> = {
  cli: [
    "bench",
    "mcp",
    "graph",
    "planner",
    "tools",
    "books",
    "inventory",
    "order",
    "delivery",
    "db",
    "engine",
    "shared",
  ],
  bench: ["graph", "planner", "tools", "books", "inventory", "order", "db", "shared"],
  mcp: ["books", "inventory", "order", "delivery", "db", "shared"],
  graph: ["planner", "tools", "books", "inventory", "order", "delivery", "db", "shared"],
  planner: ["tools", "inventory", "order", "delivery", "db", "shared"],
  tools: ["books", "inventory", "order", "delivery", "db", "shared"],
  books: ["inventory", "order", "delivery", "db", "shared"],
  inventory: ["db", "shared"],
  order: ["db", "shared"],
  delivery: ["db", "shared"],
  db: ["engine", "shared"],
  engine: [],
  shared: [],
};

/** Packages that one place alone may import. */
const homes: Record<string, RegExp> = {
  lmdb: /^engine\/storage\//,
  chalk: /^cli\/render\//,
  ora: /^cli\/render\//,
  "@langchain/openai": /^planner\/chat-model\.ts$/,
  "@langchain/langgraph": /^graph\//,
  "@modelcontextprotocol/sdk": /^mcp\//,
};

interface Import {
  readonly file: string;
  readonly target: string;
  /** Paid for as soon as the file is loaded. */
  readonly eager: boolean;
}

const statement = /^(import|export)\s(type\s)?[^"';]*?from\s+"([^"]+)"|import\("([^"]+)"\)/gm;

const imports: readonly Import[] = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) =>
    [...readFileSync(join(src, file), "utf8").matchAll(statement)].map(([, , type, from, lazy]) => ({
      file,
      target: from ?? lazy ?? "",
      eager: lazy === undefined && type === undefined,
    })),
  );

/** A file of a package belongs to the package. */
const packageOf = (target: string): string => /^(@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target;

const folderOf = (path: string): string => path.split("/")[0] ?? path;

/** Of ours, the imported file's folder; a package stays as it is. */
const resolved = ({ file, target }: Import): string =>
  target.startsWith(".") ? folderOf(relative(src, join(src, dirname(file), target))) : target;

it("lets folders import only those below them", () => {
  const wrong = imports
    .filter(({ target }) => target.startsWith("."))
    .filter((each) => {
      const [from, to] = [folderOf(each.file), resolved(each)];
      return from !== to && mayImport[from]?.includes(to) !== true;
    });
  expect(imports.length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

it("keeps the engine free of everything but node, lmdb and itself", () => {
  const foreign = imports.filter(({ file }) => file.startsWith("engine/")).map(resolved);
  expect([...new Set(foreign)].filter((to) => to !== "engine" && to !== "lmdb" && !to.startsWith("node:"))).toEqual([]);
});

it("gives heavy packages one home", () => {
  const strays = imports.filter(({ file, target }) => homes[packageOf(target)]?.test(file) === false);
  expect(strays).toEqual([]);
});

it("loads the graph and the engine lazily, so that a quick command stays quick", () => {
  const eager = imports.filter((each) => {
    const [from, to] = [folderOf(each.file), resolved(each)];
    return (
      each.eager && ((from === "cli" && ["graph", "bench", "mcp"].includes(to)) || (from === "db" && to === "engine"))
    );
  });
  expect(eager).toEqual([]);
});
