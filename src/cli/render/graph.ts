import type { GraphDrawing, GraphEdge } from "../../graph/drawing.js";
import type { Look } from "./look.js";

/** The graph as a tree from its start; a node that is drawn already ends its branch with ↩. */
export function renderGraph({ nodes: [start = ""], edges }: GraphDrawing, { paint }: Look): string {
  const tree = branch(start, edges, new Set());
  const legend = `${always} always   ${chosen} when it is chosen   ${back} goes on there`;
  return `${tree.join("\n")}\n\n${paint.faint(legend)}\n`;
}

const always = "─▶";
const chosen = "╌▶";
const back = "↩";

function branch(node: string, edges: readonly GraphEdge[], drawn: Set<string>): string[] {
  const name = node.replaceAll("__", "");
  if (drawn.has(node)) return [`${name} ${back}`];
  drawn.add(node);
  const out = edges.filter(({ source }) => source === node);
  const below = out.flatMap(({ target, conditional }, index) => {
    const last = index === out.length - 1;
    const [first = "", ...more] = branch(target, edges, drawn);
    const arrow = `${last ? "└" : "├"}${conditional ? chosen : always} `;
    return [arrow + first, ...more.map((line) => `${last ? " " : "│"}   ${line}`)];
  });
  return [name, ...below];
}
