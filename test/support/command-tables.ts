import type { Command, Help, Option } from "commander";
import { format } from "prettier";
import { everywhere } from "../../src/cli/options.js";

const ofEvery = "every command";

/** The commands and options of a program as the README shows them: what their help says, in tables. */
export function commandTables(program: Command): Promise<string> {
  const help = program.createHelp();
  const text = [...commandTable(program, help), "<details><summary>Every option</summary>", optionTable(program, help)];
  return format([...text, "</details>"].join("\n\n"), { parser: "markdown" });
}

/** One table for each heading of the help. */
function commandTable(program: Command, help: Help): string[] {
  const commands = ownCommands(program, help);
  const headings = [...new Set(commands.map((command) => command.helpGroup()))];
  return headings.map((heading) => {
    const group = commands.filter((command) => command.helpGroup() === heading);
    const rows = group.map((command) => [code(help.subcommandTerm(command)), help.subcommandDescription(command)]);
    return table([heading.replace(":", ""), "What it does"], rows);
  });
}

/** What several commands take is said once, and what all take last. */
function optionTable(program: Command, help: Help): string {
  const rows = new Map<string, { readonly cells: readonly [string, string]; readonly users: Set<string> }>();
  for (const command of ownCommands(program, help)) {
    for (const option of help.visibleOptions(command)) {
      const cells = [code(help.optionTerm(option)), help.optionDescription(option)] as const;
      const row = rows.get(cells.join(" ")) ?? { cells, users: new Set() };
      rows.set(cells.join(" "), row);
      row.users.add(isOfEvery(option) ? ofEvery : code(command.name()));
    }
  }
  const ordered = [...rows.values()].sort((a, b) => Number(a.users.has(ofEvery)) - Number(b.users.has(ofEvery)));
  return table(
    ["Option", "Of", "What it does"],
    ordered.map(({ cells: [term, meaning], users }) => [term, [...users].join(", "), meaning]),
  );
}

function ownCommands(program: Command, help: Help): Command[] {
  return help.visibleCommands(program).filter((command) => command.name() !== "help");
}

function isOfEvery(option: Option): boolean {
  return option.helpGroupHeading === everywhere || option.long === "--help";
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heading, heading.map(() => "---"), ...rows.map((cells) => cells.map(escaped))];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}
