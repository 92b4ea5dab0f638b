import type { GlobalOptions } from "./settings.js";

/**
 * A command of ours as one would type it, on the same database as the one at hand.
 *
 * A URI with a password is left to the environment, where it belongs.
 */
export function commandLine(words: readonly string[], { uri, db, dataDir }: GlobalOptions): string {
  const flags = [
    ...(uri !== undefined && !uri.includes("@") ? ["--uri", uri] : []),
    ...(db === undefined ? [] : ["--db", db]),
    ...(dataDir === undefined ? [] : ["--data-dir", dataDir]),
  ];
  return ["warehouse", ...words, ...flags].map(shellWord).join(" ");
}

/** Quoted where a POSIX shell would see more than one plain word. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./<>…-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
