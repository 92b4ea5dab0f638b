import type { Doc, Value } from "../bson/types.js";
import type { Compiler } from "../expressions/types.js";
import type { Namespace } from "../kernel/types.js";
import type { Collation } from "../query/collation.js";

/** The part of a pipeline that a collection scan can do, in this order. */
export interface Leading {
  readonly filter?: Doc;
  readonly sort?: Doc;
  readonly skip?: number;
  readonly limit?: number;
}

/** What a `$lookup` and its like may ask of another collection. */
export interface ForeignQuery extends Leading {
  /** Variables that the filter's `$expr` may use. */
  readonly vars: ReadonlyMap<string, Value | undefined>;
  readonly collation: Collation | undefined;
}

/** Stages that tell about the server rather than read documents. */
export type FactsStage = "$collStats" | "$currentOp" | "$indexStats" | "$listLocalSessions" | "$listSessions";

/** The world around a pipeline: handed in by the commands, which know the open unit of work. */
export interface PipelineHost {
  /** The documents of a collection by the best index; none when it does not exist. */
  documents(ns: Namespace, query: ForeignQuery): Iterable<Doc>;
  /** Whether equality on this path is answered by an index: else `$lookup` reads the collection once. */
  hasIndexOn(ns: Namespace, path: string): boolean;
  /** Whether a unique index has exactly these fields, as `$merge` asks of its `on`. */
  hasUniqueIndex(ns: Namespace, fields: readonly string[]): boolean;
  /** Puts the documents in place of all that the collection has, for `$out`. An `_id` is made up where there is none. */
  replaceAll(ns: Namespace, docs: readonly Doc[]): void;
  /** For `$merge`. */
  insert(ns: Namespace, doc: Doc): void;
  /** For `$merge`: `before` is a document that `documents` gave. */
  replace(ns: Namespace, before: Doc, after: Doc): void;
  /** A new `_id`. */
  newId(): Value;
  facts(stage: FactsStage, argument: Doc): Iterable<Doc>;
}

export interface PipelineContext {
  readonly host: PipelineHost;
  readonly ns: Namespace;
  readonly collation?: Collation | undefined;
  /** The command's `let` and the system's variables (`systemVariables`). */
  readonly vars: ReadonlyMap<string, Value | undefined>;
}

/** A stage at work. Streams where it can; documents are never changed in place. */
export type Stage = (docs: Iterable<Doc>) => Iterable<Doc>;

/** What holds the pipeline: some stages may stand in some places only. */
export type Place = "pipeline" | "$facet" | "$lookup" | "$unionWith";

export interface StageContext {
  readonly compiler: Compiler;
  /** The variables by reference: a sub-pipeline's are set anew for each document of the outer one. */
  readonly vars: ReadonlyMap<string, Value | undefined>;
  readonly collation: Collation | undefined;
  readonly host: PipelineHost;
  readonly ns: Namespace;
  readonly place: Place;
  /** The limit that follows at once, so that a sort need not keep more. */
  readonly limitAfter: number | undefined;
  /** Compiles an inner pipeline, with its own namespace and variables where given. */
  compileInner(stages: readonly Value[], inner: InnerContext): Pipeline;
}

export interface InnerContext {
  readonly place: Place;
  readonly ns?: Namespace;
  readonly vars?: ReadonlyMap<string, Value | undefined>;
}

export type CompileStage = (argument: Value, context: StageContext, name: string) => Stage;

/** A compiled pipeline. */
export interface Pipeline {
  /** Whether it ends in `$out` or `$merge`: it must run in a unit that may write, and gives no documents. */
  readonly writes: boolean;
  /** Whether its first stage makes the documents, so that no collection is read. */
  readonly generates: boolean;
  run(docs: Iterable<Doc>): Iterable<Doc>;
}
