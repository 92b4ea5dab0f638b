import { Command } from "commander";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { renderGraph } from "../render/graph.js";

export function graphCommand(app: App): Command {
  return new Command("graph")
    .description("Draw the graph of the agents, as LangGraph has compiled it")
    .option("--mermaid", "as Mermaid text, for Markdown pages")
    .addHelpText("before", examples("warehouse graph", "warehouse graph --mermaid"))
    .action(async ({ mermaid = false }: { mermaid?: boolean }) => {
      const { drawGraph } = await import("../../graph/drawing.js");
      await app.print(await drawGraph(), mermaid ? (drawing) => drawing.mermaid : renderGraph);
    });
}
