import { Argument, Command } from "commander";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { bashCompletion } from "../render/completion.js";

export function completionCommand(app: App): Command {
  return new Command("completion")
    .description("Print a script that completes commands, options, product ids and order ids")
    .addArgument(new Argument("<shell>", "the shell").choices(["bash"]))
    .addHelpText("before", examples("source <(warehouse completion bash)"))
    .action(async (_shell: string, _options: unknown, command: Command) => {
      const script = bashCompletion(command.parent ?? command);
      await app.print({ script }, () => script);
    });
}
