import { Command, CommanderError, Option } from "commander";
import type { App } from "./app.js";
import { adjustCommand } from "./commands/adjust.js";
import { auditCommand } from "./commands/audit.js";
import { benchCommand } from "./commands/bench.js";
import { cancelCommand } from "./commands/cancel.js";
import { completeIdsCommand } from "./commands/complete-ids.js";
import { completionCommand } from "./commands/completion.js";
import { dbCommand } from "./commands/db.js";
import { deliverCommand } from "./commands/deliver.js";
import { doctorCommand } from "./commands/doctor.js";
import { graphCommand } from "./commands/graph.js";
import { ledgerCommand } from "./commands/ledger.js";
import { mcpCommand } from "./commands/mcp.js";
import { orderCommand } from "./commands/order.js";
import { ordersCommand } from "./commands/orders.js";

import { processCommand } from "./commands/process.js";
import { receiveCommand } from "./commands/receive.js";
import { reportCommand } from "./commands/report.js";
import { resumeCommand } from "./commands/resume.js";
import { runCommand } from "./commands/run.js";
import { runsCommand } from "./commands/runs.js";
import { seedCommand } from "./commands/seed.js";
import { stockCommand } from "./commands/stock.js";
import { submitCommand } from "./commands/submit.js";
import { workCommand } from "./commands/work.js";
import { addGlobalOptions, everywhere, examples } from "./options.js";
import type { GlobalOptions } from "./settings.js";
import { isShown, usageError } from "./usage-errors.js";

const groups: Readonly<Record<string, readonly ((app: App) => Command)[]>> = {
  "Orders:": [
    processCommand,
    submitCommand,
    workCommand,
    resumeCommand,
    ordersCommand,
    orderCommand,
    deliverCommand,
    cancelCommand,
  ],
  "Stock:": [seedCommand, stockCommand, receiveCommand, adjustCommand],
  "Books:": [ledgerCommand, auditCommand, runsCommand, runCommand, reportCommand],
  "Around it:": [doctorCommand, graphCommand, dbCommand, mcpCommand, benchCommand, completionCommand],
};

/**
 * Parses the command line and runs its command.
 * @returns what Commander itself has to say: help, the version, or nothing
 * @throws WarehouseError `usage` for a wrong command line, and whatever the command throws
 */
export async function parseProgram(app: App, version: string): Promise<string> {
  let shown = "";
  const program = buildProgram(app, version, (text) => {
    shown += text;
  });
  try {
    await program.parseAsync(askedPlainly(program, app.host.argv));
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
  }
  return shown;
}

/**
 * All commands and options, on one application.
 * @param show gets what Commander itself has to say: help and the version
 */
export function buildProgram(app: App, version: string, show: (text: string) => void): Command {
  const program = new Command("warehouse")
    .description(
      "An order desk run by a supervised team of agents over MongoDB, in which the agents cannot break the books",
    )
    .version(version, "-V, --version", "print the version")
    .addHelpOption(new Option("-h, --help", "show help").helpGroup(everywhere))
    .helpCommand("help [command]", "show help for a command")
    .configureOutput({ writeOut: show, writeErr: show, outputError: () => undefined })
    .configureHelp({ helpWidth: Math.min(100, app.out.outLook.width), minWidthToWrap: 20, subcommandTerm })
    .enablePositionalOptions()
    .addHelpText("before", examples("warehouse seed", "warehouse process orders.json", "warehouse stock"))
    .hook("preAction", (_, command) => {
      app.configure(mergedOptions(command));
    });
  addGlobalOptions(throwing(program));
  for (const [heading, commands] of Object.entries(groups)) {
    program.commandsGroup(heading);
    for (const make of commands) program.addCommand(adopt(make(app), program));
  }
  program.addCommand(adopt(completeIdsCommand(app), program), { hidden: true });
  return program.optionsGroup("Options:").commandsGroup("Commands:");
}

/** Help on a command that there is none of would be the general help; without the wish for help it is an error. */
function askedPlainly(program: Command, argv: readonly string[]): readonly string[] {
  const { operands } = program.parseOptions([...argv.slice(2)]);
  const [name] = operands[0] === "help" ? operands.slice(1).filter((word) => !word.startsWith("-")) : operands;
  const isKnown = program.commands.some((command) => command.name() === name || command.aliases().includes(name ?? ""));
  return name === undefined || name === "help" || isKnown ? argv : [...argv.slice(0, 2), name];
}

/** Every command has options, so they are not worth saying. */
function subcommandTerm(command: Command): string {
  return `${command.name()} ${command.usage().replace("[options]", "").trim()}`.trim();
}

function adopt(command: Command, program: Command): Command {
  return addGlobalOptions(throwing(command.copyInheritedSettings(program)));
}

function throwing(command: Command): Command {
  return command.exitOverride((error: CommanderError) => {
    throw isShown(error) ? error : usageError(error, command);
  });
}

/** What was said, before or after the command's name; the defaults of the outer command do not count. */
function mergedOptions(command: Command): GlobalOptions {
  const own = Object.entries(command.opts()).filter(([name]) => command.getOptionValueSource(name) !== "default");
  return { ...(command.parent === null ? {} : mergedOptions(command.parent)), ...Object.fromEntries(own) };
}
