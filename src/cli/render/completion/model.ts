import type { Argument, Command, Option } from "commander";

/** What can stand in a place of the command line. */
export type Values =
  | { readonly kind: "ids"; readonly of: IdKind }
  | { readonly kind: "choices"; readonly choices: readonly string[] }
  /** Whatever the shell offers: files. */
  | { readonly kind: "any" }
  | { readonly kind: "none" };

export type IdKind = "products" | "orders" | "runs";

export const idKinds: readonly IdKind[] = ["products", "orders", "runs"];

export interface CompletedOption {
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  /** What comes after it; `none` for a switch. */
  readonly values: Values;
}

export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly argument: Values;
}

/** The program's tree as the completion scripts of all shells know it. */
export interface CompletedProgram {
  readonly options: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
}

const hidden = new Set(["complete-ids"]);
const help = { long: "--help", short: "-h", description: "show help", values: { kind: "none" } } as const;

export function completedProgram(program: Command): CompletedProgram {
  const commands = program.commands.filter((command) => !hidden.has(command.name())).map(completedCommand);
  const names = commands.map(({ name }) => name);
  const helpCommand = { name: "help", description: "show help for a command", options: [] };
  return {
    options: optionsOf(program),
    commands: [...commands, { ...helpCommand, argument: { kind: "choices", choices: names } }],
  };
}

function completedCommand(command: Command): CompletedCommand {
  const [argument] = command.registeredArguments;
  return {
    name: command.name(),
    description: command.description(),
    options: optionsOf(command),
    argument: argument === undefined ? { kind: "none" } : valuesOf(argument, argument.name(), command.name()),
  };
}

function optionsOf({ options }: Command): CompletedOption[] {
  const completed = options.flatMap((option): CompletedOption[] => {
    const { long, short, description } = option;
    if (long === undefined) return [];
    return [{ long, short: short ?? undefined, description, values: optionValues(option) }];
  });
  return [...completed, help];
}

function optionValues(option: Option): Values {
  if (!option.required && !option.optional) return { kind: "none" };
  return valuesOf(option, option.name(), "");
}

/** By the name of the place; `<id>` is an order's, or a run's in the command that shows one. */
function valuesOf({ argChoices }: Pick<Argument, "argChoices">, name: string, command: string): Values {
  if (argChoices !== undefined) return { kind: "choices", choices: argChoices };
  if (name === "id") return { kind: "ids", of: command === "run" ? "runs" : "orders" };
  const of = idKinds.find((kind) => kind === `${name}s`);
  return of === undefined ? { kind: "any" } : { kind: "ids", of };
}

/** The options, of any command, after which a word of its own comes. */
export function valuedOptions({ options, commands }: CompletedProgram): string[] {
  const all = [...options, ...commands.flatMap((command) => command.options)];
  const valued = all
    .filter(({ values }) => values.kind !== "none")
    .flatMap(({ long, short }) => (short === undefined ? [long] : [long, short]));
  return [...new Set(valued)];
}
