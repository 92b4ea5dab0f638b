import type { GlobalOptions } from "./settings.js";

type DatabaseOptions = Pick<GlobalOptions, "uri" | "db" | "dataDir">;

const names = { "--uri": "uri", "--db": "db", "--data-dir": "dataDir" } as const satisfies Record<
  string,
  keyof DatabaseOptions
>;

/** A word as a POSIX shell, zsh or fish has it typed: plain, quoted and escaped parts. */
const typedWords = /(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"\\])+/g;
const typedPart = /\\(.)|'([^']*)'|"((?:\\.|[^"\\])*)"|([^'"\\]+)/g;

/**
 * Which database a command line that is being typed names, the last word of each option winning.
 *
 * What only the shell could expand (`$HOME`) stays as it is typed, but for `~/`.
 * @param line as typed, up to the cursor
 */
export function databaseOptionsIn(line: string, home: string): DatabaseOptions {
  const options: { -readonly [Name in keyof DatabaseOptions]: DatabaseOptions[Name] } = {};
  const words = line.match(typedWords) ?? [];
  words.forEach((word, index) => {
    const [, name = "", joined] = /^(--[a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    const value = joined ?? words[index + 1];
    if (isDatabaseOption(name) && value !== undefined) options[names[name]] = withoutQuotes(atHome(value, home));
  });
  return options;
}

function isDatabaseOption(name: string): name is keyof typeof names {
  return Object.hasOwn(names, name);
}

function atHome(typed: string, home: string): string {
  return typed.startsWith("~/") ? `'${home}'${typed.slice(1)}` : typed;
}

function withoutQuotes(typed: string): string {
  return typed.replace(
    typedPart,
    (_, escaped?: string, single?: string, double?: string, plain?: string) =>
      escaped ?? single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? plain ?? "",
  );
}
