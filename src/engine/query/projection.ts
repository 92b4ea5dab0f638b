import { encodePicked } from "../bson/encode.js";
import type { Doc, Value } from "../bson/types.js";
import { excludeFields, includeFields } from "./projection/apply.js";
import type { Branch } from "./projection/nodes.js";
import { parseProjection, type ProjectionOptions } from "./projection/parse.js";

export interface Projection {
  /** Whether it shows the element that the filter matched, so that `apply` needs its place. */
  readonly needsPositional: boolean;
  /**
   * @param positional the place in the array that the filter matched, of `Matcher.match`
   * @returns a new document; values are shared with the old one
   */
  apply(doc: Doc, positional?: number): Doc;
  /** The same from BSON to BSON; undefined for what is more than whole top-level fields kept or left out. */
  readonly applyRaw: ((bytes: Buffer) => Buffer) | undefined;
}

const noVars: ReadonlyMap<string, Value | undefined> = new Map();

/**
 * Compiles the projection of a find: inclusion or exclusion, `$slice`, `$elemMatch`, the positional `$` and computed
 * fields.
 * @throws ServerError with the server's code for a malformed projection; `$meta` is refused
 * Source: MongoDB manual, "Project Fields to Return from Query"
 */
export function compileProjection(spec: Doc, options: ProjectionOptions = {}): Projection {
  const { root, mode, positional: needsPositional } = parseProjection(spec, options);
  const vars = options.vars ?? noVars;
  const change = mode === "inclusion" ? includeFields : excludeFields;
  return {
    needsPositional,
    apply: (doc, positional) => change(doc, root, { root: doc, vars, positional }),
    applyRaw: pickerOf(root, mode),
  };
}

function pickerOf({ children }: Branch, mode: "inclusion" | "exclusion"): Projection["applyRaw"] {
  const wanted = mode === "inclusion" ? "include" : "exclude";
  const names = new Set<string>();
  for (const [name, { kind }] of children) {
    if (kind === wanted) names.add(name);
    else if (kind !== "include" && kind !== "exclude") return undefined;
  }
  return (bytes) => encodePicked(bytes, names, mode === "inclusion");
}
