import { readSync } from "node:fs";

export interface PageFile {
  readonly file: number;
  readonly size: number;
  readonly pageSize: number;
  /** Root pages of the trees, all ones for an empty tree. */
  readonly roots: readonly bigint[];
}

const HEADER_BYTES = 24;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
const BRANCH = 1;
const LEAF = 2;
const BIG_DATA = 1;
const SUB_TREE = 2;
/** Where a tree's record keeps its root. */
const ROOT_AT = 40;

/**
 * Looks for a page that LMDB's trees refer to but that lies beyond the end of the file.
 * @returns its number; undefined when all are there
 * Source: `MDB_page`, `MDB_node` and `MDB_db` in lmdb-js's mdb.c
 */
export function missingPage(pages: PageFile): bigint | undefined {
  const waiting = pages.roots.filter((root) => root !== NO_PAGE);
  const seen = new Set<bigint>();
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (seen.has(number)) continue;
    seen.add(number);
    const page = readPage(pages, number);
    if (page === undefined) return number;
    waiting.push(...referencesOf(page));
    const overflow = overflowsOf(page).find(({ first, bytes }) => !holds(pages, first, bytes));
    if (overflow) return overflow.first;
  }
  return undefined;
}

function holds({ size, pageSize }: PageFile, first: bigint, bytes: number): boolean {
  return first * BigInt(pageSize) + BigInt(HEADER_BYTES + bytes) <= BigInt(size);
}

function readPage({ file, size, pageSize }: PageFile, number: bigint): Buffer | undefined {
  const at = number * BigInt(pageSize);
  if (at + BigInt(pageSize) > BigInt(size)) return undefined;
  const page = Buffer.alloc(pageSize);
  readSync(file, page, 0, pageSize, at);
  return page.readBigUInt64LE(0) === number ? page : undefined;
}

interface PageNode {
  readonly at: number;
  readonly flags: number;
  readonly dataAt: number;
}

function nodesOf(page: Buffer): PageNode[] {
  const count = page.readUInt16LE(20) >> 1;
  const nodes: PageNode[] = [];
  for (let index = 0; index < count; index++) {
    const at = page.readUInt16LE(HEADER_BYTES + 2 * index) + HEADER_BYTES;
    nodes.push({ at, flags: page.readUInt16LE(at + 4), dataAt: at + 8 + page.readUInt16LE(at + 6) });
  }
  return nodes;
}

function typeOf(page: Buffer): number {
  return page.readUInt16LE(18);
}

/** Pages below a branch page, and roots of the trees recorded in a leaf page. */
function referencesOf(page: Buffer): bigint[] {
  const type = typeOf(page);
  if (type & BRANCH) return nodesOf(page).map(({ at }) => BigInt(page.readUIntLE(at, 6)));
  if (!(type & LEAF)) return [];
  const trees = nodesOf(page).filter(({ flags }) => flags & SUB_TREE);
  return trees.map(({ dataAt }) => page.readBigUInt64LE(dataAt + ROOT_AT)).filter((root) => root !== NO_PAGE);
}

/** Large values, kept in pages of their own. */
function overflowsOf(page: Buffer): { first: bigint; bytes: number }[] {
  if (!(typeOf(page) & LEAF)) return [];
  const large = nodesOf(page).filter(({ flags }) => flags & BIG_DATA);
  return large.map(({ at, dataAt }) => ({ first: page.readBigUInt64LE(dataAt), bytes: page.readUInt32LE(at) }));
}
