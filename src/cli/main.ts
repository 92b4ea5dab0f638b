import { readFile } from "node:fs/promises";
import { WarehouseError } from "../shared/errors.js";
import { packageFile } from "../shared/package-file.js";
import { advised, placeOf } from "./advice.js";
import { App } from "./app.js";
import { environmentOf } from "./dotenv.js";
import { type ExitCode, exitCodeOf, exitCodes } from "./exit-codes.js";
import type { Host } from "./host.js";
import { watchInterrupts } from "./interrupts.js";

/**
 * Runs one command line to its end.
 *
 * @param host the process, or what stands for it in a test; nothing else of the process is looked at
 * @returns the exit code of `CONTRACT.md`
 */
export async function main(host: Host): Promise<ExitCode> {
  const app = new App(host, host.env);
  const unwatch = watchInterrupts(host, app);
  try {
    await run(app);
    return app.exitCode;
  } catch (error) {
    return await report(app, await explained(app, error));
  } finally {
    unwatch();
  }
}

async function run(app: App): Promise<void> {
  try {
    app.env = await environmentOf(app.host);
    await parse(app);
  } finally {
    await app.close();
  }
}

/** Help and version are results: they go to stdout, with `--json` as a document. */
async function parse(app: App): Promise<void> {
  const text = (await onlyVersion(app.host)) ?? (await onlyIds(app)) ?? (await runProgram(app));
  if (text === "") return;
  if (wantsJson(app)) await app.out.printJson({ text: text.trimEnd() });
  else await app.out.write(text);
}

/** Answered before the commands are loaded, since scripts ask it often. */
async function onlyVersion({ argv }: Host): Promise<string | undefined> {
  const [word, ...more] = argv.slice(2);
  return more.length === 0 && (word === "--version" || word === "-V") ? `${await packageVersion()}\n` : undefined;
}

/** Answered before the commands are loaded, since a person waits with a finger on Tab. */
async function onlyIds({ host, env }: App): Promise<string | undefined> {
  if (host.argv[2] !== "complete-ids") return undefined;
  const { knownIds } = await import("./known-ids.js");
  return knownIds(host, env);
}

async function runProgram(app: App): Promise<string> {
  const { parseProgram } = await import("./program.js");
  return parseProgram(app, await packageVersion());
}

async function packageVersion(): Promise<string> {
  const text = await readFile(packageFile("package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Before the options are parsed, or when they cannot be, the bare words must do. */
function wantsJson({ host, out }: App): boolean {
  const words = host.argv.slice(2);
  const end = words.indexOf("--");
  return out.options.json || (end < 0 ? words : words.slice(0, end)).includes("--json");
}

/** What the driver throws in the middle of a command, in words that name the fix; a bug stays a bug. */
async function explained(app: App, error: unknown): Promise<unknown> {
  if (error instanceof WarehouseError) return error;
  const [{ explainDatabaseError }, { redactUri }] = await Promise.all([
    import("../db/errors.js"),
    import("../db/uri.js"),
  ]);
  if (explainDatabaseError(error, "") === undefined) return error;
  const { uri, dataDir } = app.databaseSettings;
  return explainDatabaseError(error, uri === undefined ? dataDir : redactUri(uri)) ?? error;
}

/** @returns whether standard output took it */
async function told(app: App, document: unknown): Promise<boolean> {
  await Promise.allSettled([app.out.printJson(document)]);
  return !app.out.unread;
}

async function report(app: App, error: unknown): Promise<ExitCode> {
  const { bugDocument, errorDocument, renderBug, renderError } = await import("./render/errors.js");
  const known = error instanceof WarehouseError;
  const json = wantsJson(app) && (await told(app, known ? errorDocument(error) : bugDocument(error)));
  const { errLook: look, options } = app.out;
  if (!known) await app.out.complain(renderBug(error, options, look));
  else if (!json)
    await app.out.complain(renderError(error, { place: placeOf(error) ?? app.location, ...advised(error, app) }, look));
  return known ? exitCodeOf[error.code] : exitCodes.bug;
}
