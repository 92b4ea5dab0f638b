import { Argument, Command } from "commander";
import type { App } from "../app.js";
import { exitCodes } from "../exit-codes.js";
import { rememberIds } from "../known-ids.js";
import { type IdKind, idKinds } from "../render/completion/model.js";

/** Nobody waits longer for a completion; by itself, in the background, it may take a slow deployment's time. */
const patienceMs = 10_000;
const mostIds = 200;
/** What no shell takes for more than a word. */
const plainWord = /^[\w.:/-]+$/;

/**
 * What completion scripts ask; a shell's prompt is no place for errors, so there are none.
 *
 * Without more words it is answered from what is remembered, see `known-ids`, before this is even loaded.
 */
export function completeIdsCommand(app: App): Command {
  return new Command("complete-ids")
    .addArgument(new Argument("<kind>", "which ids").choices(idKinds))
    .action(async (kind: IdKind) => {
      const timer = setTimeout(() => app.host.exit(exitCodes.done), patienceMs);
      const ids = await readIds(app, kind).catch(() => []);
      clearTimeout(timer);
      await rememberIds(app, kind, ids);
      await app.print(ids, () => ids.map((id) => `${id}\n`).join(""));
    });
}

async function readIds(app: App, kind: IdKind): Promise<string[]> {
  const { uri, dataDir } = app.databaseSettings;
  const { hasData } = await import("../../db/data-dir-checks.js");
  if (uri === undefined && !hasData(dataDir)) return [];
  const { products, orders, runs } = (await app.desk()).database.collections;
  const newestFirst = { sort: { _id: -1 }, limit: mostIds, projection: { _id: 1 } } as const;
  const cursor = { products, orders, runs }[kind].find({}, newestFirst);
  return (await cursor.toArray()).map(({ _id }) => String(_id)).filter((id) => plainWord.test(id));
}
