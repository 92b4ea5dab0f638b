import type { CompareStrings } from "../bson/compare.js";
import type { Doc, Value } from "../bson/types.js";

/** What an expression is evaluated on. */
export interface Scope {
  /** The document at hand: `$$ROOT`, and `$$CURRENT` unless `vars` holds another one. */
  readonly root: Doc;
  /**
   * Variables by name without the dollars: those of `let` and of the expressions around, and the system's
   * (`systemVariables`). A name that is there with `undefined` has no value.
   */
  readonly vars: ReadonlyMap<string, Value | undefined>;
}

/** A compiled expression; `undefined` is a missing value. Evaluation never changes a value in place. */
export type Expression = (scope: Scope) => Value | undefined;

/** Compiles expressions that may use a given set of variables. */
export interface Compiler {
  /** How texts compare: code points, or the operation's collation. */
  readonly strings: CompareStrings;
  compile(value: Value): Expression;
  /** A compiler for an inner expression that sees these variables too. */
  withVariables(names: Iterable<string>): Compiler;
  knows(variable: string): boolean;
}

/** Compiles one operator's argument. `name` is the operator, for messages. */
export type CompileOperator = (argument: Value, compiler: Compiler, name: string) => Expression;

/** A family of operators by name. */
export type OperatorTable = Readonly<Record<string, CompileOperator>>;
