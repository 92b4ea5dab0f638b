import { extname, resolve } from "node:path";
import { Command } from "commander";
import type { GraphDrawing } from "../../graph/drawing.js";
import { WarehouseError } from "../../shared/errors.js";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { renderGraph } from "../render/graph.js";
import { visible } from "../render/visible.js";

interface GraphOptions {
  readonly mermaid?: boolean;
  readonly out?: string;
}

export function graphCommand(app: App): Command {
  return new Command("graph")
    .description("Draw the graph of the agents, as LangGraph has compiled it")
    .option("--mermaid", "as Mermaid text, for Markdown pages")
    .option("--out <file>", "into a file: .svg is a picture, .mmd is Mermaid text")
    .addHelpText("before", examples("warehouse graph", "warehouse graph --mermaid", "warehouse graph --out graph.svg"))
    .action((options: GraphOptions) => draw(app, options));
}

async function draw(app: App, { mermaid = false, out }: GraphOptions): Promise<void> {
  const write = out === undefined ? undefined : writerFor(out);
  const { drawGraph } = await import("../../graph/drawing.js");
  const drawing = await drawGraph();
  if (out !== undefined && write !== undefined) await writeFile(app, out, await write(drawing));
  if (out === undefined || app.out.options.json) await app.print(drawing, mermaid ? mermaidOf : renderGraph);
}

/** @throws WarehouseError `usage` before anything is drawn */
function writerFor(file: string): (drawing: GraphDrawing) => string | Promise<string> {
  const extension = extname(file).toLowerCase();
  if (extension === ".mmd") return mermaidOf;
  if (extension === ".svg") return async (drawing) => (await import("../render/graph-svg.js")).graphSvg(drawing);
  throw new WarehouseError("usage", `What to draw is told by the file's name, and ${visible(file)} tells nothing`, {
    details: { fix: "a name that ends in .svg (a picture) or .mmd (Mermaid text)" },
  });
}

function mermaidOf({ mermaid }: GraphDrawing): string {
  return mermaid;
}

async function writeFile(app: App, file: string, text: string): Promise<void> {
  const { writeWhole } = await import("../write-file.js");
  await writeWhole(resolve(app.host.cwd(), file), piecesOf(text), app.stopSignal);
  await app.out.note(`Wrote ${visible(file)}`);
}

async function* piecesOf(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}
