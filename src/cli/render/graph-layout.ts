import type { GraphDrawing, GraphEdge } from "../../graph/drawing.js";

export interface PlacedNode {
  readonly name: string;
  /** The middle of the box. */
  readonly x: number;
  readonly y: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge extends GraphEdge {
  /** On the rims of the boxes. */
  readonly start: Point;
  readonly end: Point;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export const box = { width: 120, height: 40 } as const;
const gap = { x: 36, y: 76, around: 24 } as const;

/**
 * The nodes in layers from the first on, each as far down as the shortest way to it is long, under the middle of those
 * that lead to it.
 */
export function layOutGraph({ nodes: names, edges }: GraphDrawing): GraphLayout {
  const depths = depthsOf(names, edges);
  const layers = layersOf(names, depths);
  const widest = Math.max(...layers.map((layer) => layer.length));
  const width = widest * box.width + (widest - 1) * gap.x + 2 * gap.around;
  const placed = new Map<string, PlacedNode>();
  layers.forEach((layer, depth) => {
    const y = gap.around + box.height / 2 + depth * (box.height + gap.y);
    const middle = middleAbove(layer, edges, placed) ?? width / 2;
    layer.forEach((name, index) => {
      const x = (layer.length === widest ? width / 2 : middle) + (index - (layer.length - 1) / 2) * (box.width + gap.x);
      placed.set(name, { name, x, y });
    });
  });
  const height = layers.length * (box.height + gap.y) - gap.y + 2 * gap.around;
  return {
    width,
    height,
    nodes: [...placed.values()],
    edges: placeEdges(edges, placed),
  };
}

/** By the shortest way from the first node; what no way leads to stands beside it. */
function depthsOf([first = ""]: readonly string[], edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const depths = new Map([[first, 0]]);
  for (const [name, depth] of depths) {
    for (const { source, target } of edges) if (source === name && !depths.has(target)) depths.set(target, depth + 1);
  }
  return depths;
}

function layersOf(names: readonly string[], depths: ReadonlyMap<string, number>): string[][] {
  const layers: string[][] = [];
  for (const name of names) (layers[depths.get(name) ?? 0] ??= []).push(name);
  return layers;
}

/** The middle of the placed nodes that lead to a layer. */
function middleAbove(
  layer: readonly string[],
  edges: readonly GraphEdge[],
  placed: ReadonlyMap<string, PlacedNode>,
): number | undefined {
  const above = edges
    .filter(({ target }) => layer.includes(target))
    .flatMap(({ source }) => placed.get(source)?.x ?? []);
  return above.length === 0 ? undefined : above.reduce((sum, x) => sum + x, 0) / above.length;
}

/** The ends of edges on one side of a box stand side by side, in the order of where they lead, so that few cross. */
function placeEdges(edges: readonly GraphEdge[], placed: ReadonlyMap<string, PlacedNode>): PlacedEdge[] {
  const known = edges.flatMap((edge) => {
    const [from, to] = [placed.get(edge.source), placed.get(edge.target)];
    return from === undefined || to === undefined ? [] : [{ edge, from, to }];
  });
  const ends = known.flatMap(({ edge, from, to }) => [
    { edge, at: from, other: to },
    { edge, at: to, other: from },
  ]);
  const endAt = (edge: GraphEdge, at: PlacedNode, other: PlacedNode): Point => {
    const down = other.y > at.y;
    const side = ends
      .filter((end) => end.at === at && end.other.y > at.y === down)
      .sort((left, right) => left.other.x - right.other.x || upward(left.edge, placed) - upward(right.edge, placed));
    const index = side.findIndex((end) => end.edge === edge);
    const step = Math.min(18, (box.width - 16) / Math.max(1, side.length - 1));
    return { x: at.x + (index - (side.length - 1) / 2) * step, y: at.y + ((down ? 1 : -1) * box.height) / 2 };
  };
  return known.map(({ edge, from, to }) => ({ ...edge, start: endAt(edge, from, to), end: endAt(edge, to, from) }));
}

/** The way there stands left of the way back. */
function upward({ source, target }: GraphEdge, placed: ReadonlyMap<string, PlacedNode>): number {
  return (placed.get(source)?.y ?? 0) > (placed.get(target)?.y ?? 0) ? 1 : 0;
}
