import { type Command, InvalidArgumentError, Option } from "commander";

/** The heading of what every command takes. */
export const everywhere = "Everywhere:";

/** The options that every command takes (`CONTRACT.md`, "Everywhere"). */
export function addGlobalOptions(command: Command): Command {
  return command
    .optionsGroup(everywhere)
    .addOption(new Option("--uri <uri>", "the MongoDB deployment (env: MONGODB_URI); without one, the embedded engine"))
    .addOption(new Option("--db <name>", "database name (env: WAREHOUSE_DB; default: warehouse)"))
    .addOption(new Option("--data-dir <dir>", "the embedded engine's files (env: WAREHOUSE_DATA_DIR)"))
    .addOption(new Option("--json", "one JSON document on stdout, nothing else there"))
    .addOption(new Option("-q, --quiet", "less talk on stderr").conflicts("verbose"))
    .addOption(new Option("-v, --verbose", "more talk on stderr"))
    .addOption(new Option("--no-color", "plain text (env: NO_COLOR)").default(undefined));
}

/** An option or argument that is a whole number in a range. */
export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
    if (value >= minimum && value <= maximum) return value;
    const range = maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** The examples with which each help starts. */
export function examples(...lines: readonly [string, ...string[]]): string {
  return `${lines.length === 1 ? "Example" : "Examples"}:\n${lines.map((line) => `  $ ${line}\n`).join("")}`;
}
