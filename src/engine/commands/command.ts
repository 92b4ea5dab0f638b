import type { CursorRegistry } from "../cursors/registry.js";
import type { Kernel, Namespace, Transaction, Unit } from "../kernel/types.js";
import type { Session } from "../sessions/session.js";
import type { SessionRegistry } from "../sessions/registry.js";
import type { Snapshots } from "../sessions/snapshots.js";
import type { Credentials } from "../auth/scram.js";
import type { ConnectionState } from "../wire/connection.js";
import type { Reply } from "../wire/reply.js";
import type { Arguments, ArgumentTypes } from "./arguments.js";
import type { FailPoints } from "./fail-points.js";
import type { Gate } from "./gate.js";

/** The server's parts that commands work through. */
export interface Server {
  readonly kernel: Kernel;
  readonly sessions: SessionRegistry;
  readonly cursors: CursorRegistry;
  readonly snapshots: Snapshots;
  /** What every command, and every upkeep, goes through. */
  readonly gate: Gate;
  readonly failPoints: FailPoints;
  /** Who may log in; undefined where the socket's owner is the only one who can connect. */
  readonly credentials: Credentials | undefined;
  /** As clients reach it, and as `hello` must repeat it: `127.0.0.1:port` or the socket's path. */
  readonly address: string;
  readonly dataDir: string | undefined;
  readonly testCommands: boolean;
  readonly startedAt: number;
  /** What failed behind the scenes, newest last. */
  readonly troubles: string[];
  readonly openConnections: () => number;
}

/** Where a retryable write keeps what it has done. */
export interface RetryContext {
  readonly session: Session;
  readonly txnNumber: bigint;
  /** False when the number is new, so that there is nothing to look for. */
  readonly mayBeRepeated: boolean;
}

/** A moment read at outside of a transaction. */
export interface SnapshotRead {
  /** Its cluster time. */
  readonly time: bigint;
  readonly transaction: Transaction;
}

/** One command on its way. */
export interface Request {
  readonly server: Server;
  readonly connection: ConnectionState;
  readonly name: string;
  readonly db: string;
  readonly args: Arguments;
  /** An array of documents as raw BSON: beside the command or inside it. */
  readonly rawDocs: (name: string) => readonly Buffer[] | undefined;
  readonly session: Session | undefined;
  /** The multi-document transaction that the command is part of. */
  readonly transaction: Transaction | undefined;
  readonly retry: RetryContext | undefined;
  readonly snapshot: SnapshotRead | undefined;
  /** `Date.now()` at which the command's time is over. */
  readonly deadline: number | undefined;
  /** Set by a fail point: the connection closes once the command is done. */
  closeAfter: boolean;
  read<T>(work: (unit: Unit) => T): T;
  write<T>(work: (unit: Unit) => T): Promise<T>;
}

/** A command: what it takes and what it does. */
export interface Command {
  readonly args: ArgumentTypes;
  readonly run: (request: Request) => Reply | Promise<Reply>;
  /** Arguments beyond `args` are let through, for commands that clients send all kinds of things with. */
  readonly lenient?: boolean;
  /** May be part of a multi-document transaction. */
  readonly inTransaction?: boolean;
  /** Takes a txnNumber outside of transactions, and is then done once. */
  readonly retryable?: boolean;
  /** Takes a readConcern. */
  readonly reads?: boolean;
  /** May read at one moment over several commands. */
  readonly snapshots?: boolean;
  /** Goes on with a read that has a readConcern already: what it says itself is checked, no more. */
  readonly readsOn?: boolean;
  /** Takes a writeConcern. */
  readonly writes?: boolean;
  /** Runs before the log-in. */
  readonly open?: boolean;
  readonly adminOnly?: boolean;
  /** Only where test commands are enabled. */
  readonly testOnly?: boolean;
}

export type CommandTable = Readonly<Record<string, Command>>;

export function namespaceText(ns: Namespace): string {
  return `${ns.db}.${ns.coll}`;
}
