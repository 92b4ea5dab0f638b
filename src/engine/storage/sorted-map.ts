/**
 * An immutable map in bytewise order of its keys: a treap whose changes copy one path and share the rest. Keeping an
 * old map is a snapshot.
 */
export interface SortedMap<V> {
  readonly root: Node<V> | undefined;
}

interface Node<V> {
  readonly key: Buffer;
  readonly value: V;
  readonly priority: number;
  readonly left: Node<V> | undefined;
  readonly right: Node<V> | undefined;
}

type Tree<V> = Node<V> | undefined;

export const emptyMap: SortedMap<never> = { root: undefined };

export function getFrom<V>(map: SortedMap<V>, key: Buffer): V | undefined {
  let node = map.root;
  while (node !== undefined) {
    const order = Buffer.compare(key, node.key);
    if (order === 0) return node.value;
    node = order < 0 ? node.left : node.right;
  }
  return undefined;
}

export function withEntry<V>(map: SortedMap<V>, key: Buffer, value: V): SortedMap<V> {
  return { root: insert(map.root, key, value, Math.random()) };
}

export function withoutKey<V>(map: SortedMap<V>, key: Buffer): SortedMap<V> {
  return getFrom(map, key) === undefined ? map : { root: remove(map.root, key) };
}

function insert<V>(node: Tree<V>, key: Buffer, value: V, priority: number): Node<V> {
  if (node === undefined) return { key, value, priority, left: undefined, right: undefined };
  const order = Buffer.compare(key, node.key);
  if (order === 0) return { ...node, value };
  if (order < 0) return lift({ ...node, left: insert(node.left, key, value, priority) });
  return lift({ ...node, right: insert(node.right, key, value, priority) });
}

/** Turns a child of higher priority up. */
function lift<V>(node: Node<V>): Node<V> {
  const { left, right } = node;
  if (left && left.priority > node.priority) return { ...left, right: { ...node, left: left.right } };
  if (right && right.priority > node.priority) return { ...right, left: { ...node, right: right.left } };
  return node;
}

function remove<V>(node: Tree<V>, key: Buffer): Tree<V> {
  if (node === undefined) return undefined;
  const order = Buffer.compare(key, node.key);
  if (order < 0) return { ...node, left: remove(node.left, key) };
  if (order > 0) return { ...node, right: remove(node.right, key) };
  return merge(node.left, node.right);
}

function merge<V>(left: Tree<V>, right: Tree<V>): Tree<V> {
  if (left === undefined) return right;
  if (right === undefined) return left;
  if (left.priority > right.priority) return { ...left, right: merge(left.right, right) };
  return { ...right, left: merge(left, right.left) };
}

/** The entries from `start` up to but without `end`; a missing bound is open. */
export function* entriesOf<V>(
  map: SortedMap<V>,
  start?: Buffer,
  end?: Buffer,
  reverse = false,
): Generator<readonly [Buffer, V], void> {
  const path: Node<V>[] = [];
  let node = map.root;
  while (node !== undefined || path.length > 0) {
    while (node !== undefined) {
      const beyond = reverse ? end !== undefined && Buffer.compare(node.key, end) >= 0 : isBefore(node.key, start);
      if (!beyond) path.push(node);
      if (reverse) node = beyond ? node.left : node.right;
      else node = beyond ? node.right : node.left;
    }
    const next = path.pop();
    if (next === undefined) return;
    const past = reverse ? isBefore(next.key, start) : end !== undefined && Buffer.compare(next.key, end) >= 0;
    if (past) return;
    yield [next.key, next.value];
    node = reverse ? next.left : next.right;
  }
}

function isBefore(key: Buffer, bound: Buffer | undefined): boolean {
  return bound !== undefined && Buffer.compare(key, bound) < 0;
}
