import { describe, expect, it } from "vitest";
import { box, layOutGraph } from "../../../../src/cli/render/graph-layout.js";
import { graphSvg } from "../../../../src/cli/render/graph-svg.js";

const edge = (source: string, target: string, conditional = false) => ({ source, target, conditional });

const drawing = {
  nodes: ["__start__", "boss", "left", "right", "__end__"],
  edges: [
    edge("__start__", "boss"),
    edge("boss", "left", true),
    edge("boss", "right", true),
    edge("left", "boss"),
    edge("right", "__end__"),
  ],
  mermaid: "",
};

describe("layOutGraph", () => {
  const { nodes, edges, width, height } = layOutGraph(drawing);
  const at = (name: string) => nodes.find((node) => node.name === name) ?? { x: NaN, y: NaN };

  it("puts every node below the one that leads to it, and none on another", () => {
    expect(at("__start__").y).toBeLessThan(at("boss").y);
    expect(at("left").y).toBe(at("right").y);
    expect(at("right").y).toBeLessThan(at("__end__").y);
    expect(at("right").x - at("left").x).toBeGreaterThan(box.width);
    expect(at("__end__").x).toBe(at("right").x);
  });

  it("keeps everything inside, and the way there apart from the way back", () => {
    for (const { x, y } of [...nodes, ...edges.flatMap(({ start, end }) => [start, end])]) {
      expect(x > 0 && x < width && y > 0 && y < height).toBe(true);
    }
    expect(new Set(edges.flatMap(({ start, end }) => [start, end]).map(({ x, y }) => `${x}/${y}`)).size).toBe(10);
  });
});

describe("graphSvg", () => {
  it("says in words what it shows, for screen readers", () => {
    const svg = graphSvg(drawing);
    expect(svg).toContain('role="img" aria-labelledby="title desc"');
    expect(svg).toContain(
      ">start goes on to boss. boss chooses left or right. left goes on to boss. right goes on to end.<",
    );
    expect(svg.match(/<rect /g)).toHaveLength(5);
    expect(svg.match(/class="edge chosen" d="[^"]*C/g)).toHaveLength(2);
  });

  it("has colours for dark pages, and nothing in it that a page would fetch or run", () => {
    const svg = graphSvg({ ...drawing, nodes: [...drawing.nodes, "<script>"] });
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg).not.toMatch(/<script|href=|url\((?!#head)/);
  });
});
