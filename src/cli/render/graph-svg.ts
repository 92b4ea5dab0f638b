import type { GraphDrawing } from "../../graph/drawing.js";
import { box, layOutGraph, type PlacedEdge, type PlacedNode } from "./graph-layout.js";
import { escaped } from "./html/html.js";

const legendHeight = 40;

/** Colours of both themes: as a file of its own and as a picture in a page, it follows what the reader has set. */
const style = `
    text { font: 15px system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; fill: #1f2328; text-anchor: middle; }
    .node { fill: #ddf4ff; stroke: #0969da; stroke-width: 1.5; }
    .end { fill: #f6f8fa; stroke: #59636e; }
    .edge { fill: none; stroke: #59636e; stroke-width: 1.5; }
    .chosen { stroke-dasharray: 5 4; }
    .head { fill: #59636e; }
    .legend { font-size: 13px; text-anchor: start; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .node { fill: #0c2d6b; stroke: #58a6ff; }
      .end { fill: #21262d; stroke: #9198a1; }
      .edge { stroke: #9198a1; }
      .head { fill: #9198a1; }
    }
  `;

/** The graph as an SVG file, readable on light and dark pages and by screen readers. */
export function graphSvg(drawing: GraphDrawing): string {
  const layout = layOutGraph(drawing);
  const height = layout.height + legendHeight;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${layout.width} ${height}" width="${layout.width}" height="${height}" role="img" aria-labelledby="title desc">
  <title id="title">The graph of the agents</title>
  <desc id="desc">${escaped(description(drawing))}</desc>
  <style>${style}</style>
  <defs>
    <marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0 10 5 0 10z"/></marker>
  </defs>
${[...layout.edges.map(edgePath), ...layout.nodes.map(nodeBox), legend(layout.height)].join("\n")}
</svg>
`;
}

/** The picture in words: who goes on to whom. */
function description({ nodes, edges }: GraphDrawing): string {
  const sentences = nodes.flatMap((node) => {
    const out = edges.filter(({ source }) => source === node);
    if (out.length === 0) return [];
    const chosen = out.some(({ conditional }) => conditional);
    const targets = out.map(({ target }) => plain(target)).join(chosen ? " or " : " and ");
    return [`${plain(node)} ${chosen ? "chooses" : "goes on to"} ${targets}.`];
  });
  return sentences.join(" ");
}

function nodeBox({ name, x, y }: PlacedNode): string {
  const end = name.startsWith("__");
  const corner = end ? box.height / 2 : 6;
  const place = `x="${x - box.width / 2}" y="${y - box.height / 2}" width="${box.width}" height="${box.height}"`;
  return `  <rect class="node${end ? " end" : ""}" ${place} rx="${corner}"/>
  <text x="${x}" y="${y}" dy=".35em">${escaped(plain(name))}</text>`;
}

/** Leaves and enters upright, however far the boxes are apart. */
function edgePath({ start, end, conditional }: PlacedEdge): string {
  const middle = (start.y + end.y) / 2;
  const path = `M${start.x} ${start.y}C${start.x} ${middle} ${end.x} ${middle} ${end.x} ${end.y}`;
  return `  <path class="edge${conditional ? " chosen" : ""}" d="${path}" marker-end="url(#head)"/>`;
}

function legend(y: number): string {
  const middle = y + legendHeight / 2 - 10;
  const line = (x: number, words: string, name: string): string =>
    `  <path class="edge${name}" d="M${x} ${middle}h36" marker-end="url(#head)"/>
  <text class="legend" x="${x + 46}" y="${middle}" dy=".35em">${words}</text>`;
  return `${line(24, "always", "")}\n${line(150, "when it is chosen", " chosen")}`;
}

function plain(name: string): string {
  return name.replaceAll("__", "");
}
