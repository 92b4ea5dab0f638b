import { isNumber, toLong } from "../bson/numbers.js";
import { typeName } from "../bson/typename.js";
import { docOf, isArray, Timestamp, type Doc, type Value } from "../bson/types.js";
import { IterableSource } from "../cursors/batches.js";
import type { BatchSource, Cursor } from "../cursors/registry.js";
import { ServerError } from "../errors.js";
import { cursorReply, reply, type Reply } from "../wire/reply.js";
import { awaitBatch } from "./await-batch.js";
import { namespaceText, type CommandTable, type Request, type SnapshotRead } from "./command.js";
import { namespaceIn } from "./namespace.js";

/** Documents of a first batch, unless the client says otherwise. */
const defaultBatch = 101;

export interface CursorOptions {
  readonly batchSize?: number | undefined;
  /** No cursor stays open behind the first batch. */
  readonly single?: boolean;
  readonly noTimeout?: boolean;
  /** Further fields of the answer. */
  readonly fields?: Doc;
}

/** Answers with the first batch; what is left stays open as a cursor. */
export function openCursor(request: Request, ns: string, source: BatchSource, options: CursorOptions = {}): Reply {
  const { docs, done } = source.next(options.batchSize ?? defaultBatch);
  const ended = done || options.single === true;
  if (ended) source.close();
  const { session, transaction, server } = request;
  const cursor = ended
    ? undefined
    : server.cursors.open({
        ns,
        source,
        sessionKey: session?.key,
        txnNumber: transaction && session?.state?.number,
        noTimeout: options.noTimeout === true,
      });
  const more = moreOf(source, request.snapshot);
  return cursorReply({ part: "firstBatch", docs, id: cursor?.id ?? 0n, ns, ...more }, options.fields);
}

/** Further fields of `cursor`: the moment of a snapshot, the place in a change stream. */
function moreOf({ following }: BatchSource, snapshot?: SnapshotRead): { readonly more?: Doc } {
  if (following) return { more: docOf({ postBatchResumeToken: following.resumeToken }) };
  return snapshot ? { more: docOf({ atClusterTime: new Timestamp(snapshot.time) }) } : {};
}

/** A cursor over documents that are all there already. */
export function openListCursor(
  request: Request,
  ns: string,
  docs: Iterable<Buffer>,
  options: CursorOptions = {},
): Reply {
  return openCursor(request, ns, new IterableSource(docs), options);
}

/** `cursor: { batchSize }` of aggregate, listCollections and listIndexes. */
export function cursorBatchSize(cursor: Doc | undefined): number | undefined {
  const size = cursor?.get("batchSize");
  if (size === undefined) return undefined;
  if (!isNumber(size)) {
    throw new ServerError(
      "TypeMismatch",
      `BSON field 'cursor.batchSize' is the wrong type '${typeName(size)}', expected type 'long'`,
    );
  }
  const count = Number(toLong(size) ?? 0n);
  if (count < 0) throw new ServerError(51024, `BSON field 'batchSize' value must be >= 0, actual value '${count}'`);
  return count;
}

async function getMore(request: Request): Promise<Reply> {
  const { args, server, db } = request;
  const id = args.long("getMore") ?? 0n;
  const ns = namespaceText(namespaceIn(db, args.any("collection")));
  const batchSize = args.count("batchSize") ?? 0;
  const cursor = server.cursors.get(id);
  checkOwner(cursor, request, ns);
  if (cursor.busy) throw new ServerError("CursorInUse", `cursor id ${id} is already in use`);
  try {
    const count = batchSize === 0 ? Infinity : batchSize;
    const { following } = cursor.source;
    const { docs, done } = following ? await awaitBatch(request, cursor, count) : cursor.source.next(count);
    cursor.lastUsed = Date.now();
    if (done) server.cursors.close(id);
    return cursorReply({ part: "nextBatch", docs, id: done ? 0n : id, ns, ...moreOf(cursor.source) });
  } catch (error) {
    server.cursors.close(id);
    throw error;
  }
}

/** Source: `validateLSID`, `validateTxnNumber` and the namespace check of the server's getMore */
function checkOwner(cursor: Cursor, { session, transaction }: Request, ns: string): void {
  const { id } = cursor;
  if (cursor.ns !== ns) {
    const message = `Requested getMore on namespace '${ns}', but cursor belongs to a different namespace ${cursor.ns}`;
    throw new ServerError("Unauthorized", message);
  }
  if (cursor.sessionKey !== session?.key) {
    const code = cursor.sessionKey === undefined ? 50736 : session === undefined ? 50737 : 50738;
    throw new ServerError(code, `Cannot run getMore on cursor ${id}, which belongs to another session`);
  }
  const number = transaction && session?.state?.number;
  if (cursor.txnNumber !== number) {
    const code = cursor.txnNumber === undefined ? 50739 : number === undefined ? 50740 : 50741;
    throw new ServerError(code, `Cannot run getMore on cursor ${id}, which belongs to another transaction`);
  }
}

function killCursors({ args, server, db }: Request): Reply {
  const ns = namespaceText(namespaceIn(db, args.any("killCursors")));
  const asked = args.list("cursors") ?? [];
  const killed: Value[] = [];
  const notFound: Value[] = [];
  for (const id of asked) {
    if (typeof id !== "bigint") {
      throw new ServerError(
        "TypeMismatch",
        `BSON field 'killCursors.cursors' contains a '${typeName(id)}', expected type 'long'`,
      );
    }
    (server.cursors.close(id, ns) ? killed : notFound).push(id);
  }
  return reply({ cursorsKilled: killed, cursorsNotFound: notFound, cursorsAlive: [], cursorsUnknown: [] });
}

export const cursorCommands: CommandTable = {
  getMore: {
    args: {
      getMore: "long!",
      collection: "string!",
      batchSize: "number",
      term: "number",
      lastKnownCommittedOpTime: "any",
    },
    inTransaction: true,
    reads: true,
    readsOn: true,
    run: getMore,
  },
  killCursors: { args: { cursors: "array!" }, inTransaction: true, run: killCursors },
};

/** Elements that must be documents. */
export function documentsOf(list: readonly Value[] | undefined, field: string): Doc[] {
  return (list ?? []).map((item) => {
    if (item instanceof Map) return item;
    const type = isArray(item) ? "array" : typeName(item);
    throw new ServerError("TypeMismatch", `BSON field '${field}' is the wrong type '${type}', expected type 'object'`);
  });
}
