import { Command } from "commander";
import type { App } from "../app.js";
import { examples } from "../options.js";

export function mcpCommand(app: App): Command {
  return new Command("mcp")
    .description("Serve the guarded tools to other programs as an MCP server on stdin and stdout, read-only")
    .option("--allow-writes", "also the tools that create, fill, move and cancel orders")
    .addHelpText("before", examples("warehouse mcp", "warehouse mcp --allow-writes"))
    .action(({ allowWrites = false }: { allowWrites?: boolean }, command: Command) =>
      serve(app, { allowWrites, version: command.parent?.version() ?? "" }),
    );
}

/** stdout belongs to the protocol from here on; talk goes to stderr. */
async function serve(
  app: App,
  { allowWrites, version }: { readonly allowWrites: boolean; readonly version: string },
): Promise<void> {
  const stop = app.stopSignal;
  const [{ database, ...features }, { serveMcp }] = await Promise.all([app.desk(), import("../../mcp/server.js")]);
  const { stdin, stdout } = app.host;
  const log = (text: string): void => void app.out.complain(`${text}\n`);
  const mode = allowWrites ? "writes allowed" : "read-only; --allow-writes adds the tools that change things";
  await app.out.note(`Serving MCP on stdin and stdout (${mode}); Ctrl-C ends it`);
  const context = { features, allowWrites, version, location: database.location, log };
  await serveMcp(context, { stdin, stdout, stop });
}
