import { Argument, Command } from "commander";
import type { App } from "../app.js";
import { examples } from "../options.js";

const shells = ["bash", "zsh", "fish"] as const;

type Shell = (typeof shells)[number];

export function completionCommand(app: App): Command {
  return new Command("completion")
    .description("Print a script that completes commands, options and ids of products, orders and runs")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .addHelpText(
      "before",
      examples(
        "source <(warehouse completion bash)",
        "source <(warehouse completion zsh)",
        "warehouse completion fish > ~/.config/fish/completions/warehouse.fish",
      ),
    )
    .action(async (shell: Shell, _options: unknown, command: Command) => {
      const script = await scriptFor(shell, command.parent ?? command);
      await app.print({ script }, () => script);
    });
}

async function scriptFor(shell: Shell, program: Command): Promise<string> {
  const [{ completedProgram }, { bashCompletion }, { zshCompletion }, { fishCompletion }] = await Promise.all([
    import("../render/completion/model.js"),
    import("../render/completion/bash.js"),
    import("../render/completion/zsh.js"),
    import("../render/completion/fish.js"),
  ]);
  return { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }[shell](completedProgram(program));
}
