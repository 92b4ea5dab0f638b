import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const path = fileURLToPath(new URL("../../README.md", import.meta.url));

/** `UPDATE_README=1` writes what the program says into the README, instead of comparing the two. */
export const updating = process.env["UPDATE_README"] !== undefined;

export function readReadme(): string {
  return readFileSync(path, "utf8");
}

/** Puts a text in the place of another one. */
export function rewriteReadme(from: string, to: string): void {
  writeFileSync(
    path,
    readReadme().replace(from, () => to),
  );
}

/** One command of a console block with what the README says it prints. */
interface Shown {
  readonly command: string;
  readonly output: string;
}

export interface Session {
  readonly title: string;
  readonly commands: readonly Shown[];
}

/** The `console` blocks, each on a seeded warehouse of its own. */
export function sessionsIn(markdown: string): Session[] {
  return blocksIn(markdown, "console").map((block) => {
    const commands = block.split(/^\$ /m).slice(1).map(shownIn);
    return { title: commands[0]?.command ?? "", commands };
  });
}

function shownIn(text: string): Shown {
  const end = text.indexOf("\n");
  return { command: text.slice(0, end), output: text.slice(end + 1) };
}

export interface Script {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Installs something, needs a person or another program, or goes on until Ctrl-C. */
const notHere =
  /^(npm|npx|UPDATE_README|docker|mongod|mongosh|ollama|#)|^$|warehouse (db|bench|mcp)\b|--(watch|follow)\b|\b(zsh)\b/;

/** The `sh` blocks with those of their lines that can run on a seeded warehouse, without comments. */
export function scriptsIn(markdown: string): Script[] {
  return blocksIn(markdown, "sh").flatMap((block) => {
    const lines = block.split("\n").map((line) => line.replace(/\s+# .*$/, "").trim());
    const here = lines.filter((line) => !notHere.test(line));
    return here.length === 0 ? [] : [{ title: here[0] ?? "", lines: here }];
  });
}

function blocksIn(markdown: string, language: string): string[] {
  const fences = markdown.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"));
  return [...fences].map(([, block = ""]) => block);
}

/** What stands in for what a reader has: a deployment, a model, a run of their own. */
export interface StandIns {
  readonly uri: string;
  readonly modelUrl: string;
  readonly run: string;
}

/** A line as it can be run here. */
export function withStandIns(line: string, { uri, modelUrl, run }: StandIns): string {
  const filled = line
    .replace(/^(export MONGODB_URI)=.*$/, `$1='${uri}'`)
    .replace(/^(export \w+_API_KEY)=.*$/, "$1=test")
    .replaceAll("<run>", run);
  const model = filled.replace(/(--model \w+)\/\S+/, "$1/scripted").replace(/ --base-url \S+/, "");
  return model.includes("--model ") ? `${model} --base-url ${modelUrl}` : filled;
}

/** What differs from run to run, made the same. */
export function steady(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{24}\b/g, "<order id>")
    .replaceAll(/\d{8}-\d{6}-[0-9a-f]{8}/g, "<run id>")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, "<moment>")
    .replaceAll(/\d[\d.,]* (ms|s)\b/g, "<time>")
    .replaceAll(/[\d,]+ orders?\/s/g, "<rate>")
    .replaceAll(/\d+\.\d+\.\d+/g, "<version>")
    .trim();
}
