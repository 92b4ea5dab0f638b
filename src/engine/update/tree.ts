import { ServerError } from "../errors.js";
import { arrayIdentifier, compareNames } from "./paths.js";
import type { Operation } from "./types.js";

/** The paths of an update as a tree: common prefixes once, an operation at each end. */
export type Node = Leaf | Branch;

interface Leaf {
  readonly kind: "leaf";
  readonly operation: Operation;
}

export interface Branch {
  readonly kind: "branch";
  /** In MongoDB's visiting order. `$` and `$[id]` stand under their own text. */
  readonly children: Map<string, Node>;
  /** All children are `$[]` or `$[id]`, or none is. */
  overArray: boolean;
}

export function newBranch(): Branch {
  return { kind: "branch", children: new Map(), overArray: false };
}

/**
 * Adds an operation at a path.
 * @throws ServerError ConflictingUpdateOperators when another one already works at, above or below the path
 */
export function addOperation(root: Branch, parts: readonly string[], operation: Operation): void {
  const path = parts.join(".");
  let branch = root;
  parts.forEach((part, depth) => {
    const overArray = arrayIdentifier(part) !== undefined;
    if (branch.children.size === 0) branch.overArray = overArray;
    else if (branch.overArray !== overArray) throw conflict(path, parts.slice(0, depth));
    const next = branch.children.get(part);
    if (depth === parts.length - 1) {
      if (next !== undefined) throw conflict(path, parts);
      branch.children.set(part, { kind: "leaf", operation });
    } else if (next?.kind === "leaf") throw conflict(path, parts.slice(0, depth + 1));
    else branch = next ?? addBranch(branch, part);
  });
}

function addBranch(parent: Branch, part: string): Branch {
  const branch = newBranch();
  parent.children.set(part, branch);
  return branch;
}

function conflict(path: string, at: readonly string[]): ServerError {
  return new ServerError(
    "ConflictingUpdateOperators",
    `Updating the path '${path}' would create a conflict at '${at.join(".")}'`,
  );
}

/** Brings every branch's children into MongoDB's visiting order. */
export function sortTree(branch: Branch): Branch {
  const sorted = [...branch.children].sort(([left], [right]) => compareNames(left, right));
  branch.children.clear();
  for (const [part, node] of sorted) branch.children.set(part, node.kind === "branch" ? sortTree(node) : node);
  return branch;
}

/**
 * Joins two trees that turn out to work on one array element (`a.$` and `a.0`, or two filters that both match).
 * @throws ServerError ConflictingUpdateOperators when both change the same place
 */
export function mergeNodes(left: Node, right: Node, path: readonly string[]): Node {
  if (left.kind === "leaf" || right.kind === "leaf" || left.overArray !== right.overArray) {
    throw new ServerError("ConflictingUpdateOperators", `Update created a conflict at '${path.join(".")}'`);
  }
  const merged = newBranch();
  merged.overArray = left.overArray;
  for (const [part, node] of left.children) merged.children.set(part, node);
  for (const [part, node] of right.children) {
    const other = merged.children.get(part);
    merged.children.set(part, other === undefined ? node : mergeNodes(other, node, [...path, part]));
  }
  return sortTree(merged);
}
