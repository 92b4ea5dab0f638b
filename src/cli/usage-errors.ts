import type { Command, CommanderError } from "commander";
import { WarehouseError } from "../shared/errors.js";

/** Commander's complaint in our words: what is wrong, where, and the nearest thing that exists. */
export function usageError(error: CommanderError, command: Command): WarehouseError {
  const [what = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const meant = /^\(Did you mean (.*)\?\)$/s.exec(rest.join("\n").trim())?.[1];
  const where = commandPath(command);
  const help = `${where} --help`;
  return new WarehouseError("usage", sentence(what), {
    details: { command: where, fix: meant === undefined ? help : `did you mean ${meant}? ${help} lists what there is` },
    cause: error,
  });
}

/** `warehouse stock` */
function commandPath(command: Command): string {
  return command.parent === null ? command.name() : `${commandPath(command.parent)} ${command.name()}`;
}

/** Whether Commander only ends the parse because it has shown help or the version. */
export function isShown(error: CommanderError): boolean {
  return error.exitCode === 0 || error.code === "commander.help";
}

function sentence(text: string): string {
  return (text.charAt(0).toUpperCase() + text.slice(1)).replace(/\.$/, "");
}
