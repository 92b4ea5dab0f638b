import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import type { Expression } from "../../expressions/types.js";
import type { CompileStage } from "../types.js";

/** What `$redact` decides of a document; the values stand for themselves and for nothing else. */
const decisions: ReadonlyMap<string, Value> = new Map([
  ["DESCEND", "descend"],
  ["PRUNE", "prune"],
  ["KEEP", "keep"],
]);

/** `$redact`: keeps, drops or goes into each level of a document. */
export const redactStage: CompileStage = (argument, context) => {
  const expression = context.compiler.withVariables([...decisions.keys(), "CURRENT"]).compile(argument);
  return function* (docs) {
    for (const root of docs) {
      const vars = new Map([...context.vars, ...decisions]);
      const kept = redact(root, root, { expression, vars });
      if (kept !== undefined) yield kept;
    }
  };
};

interface Redaction {
  readonly expression: Expression;
  readonly vars: Map<string, Value | undefined>;
}

function redact(doc: Doc, root: Doc, redaction: Redaction): Doc | undefined {
  redaction.vars.set("CURRENT", doc);
  const decision = redaction.expression({ root, vars: redaction.vars });
  if (decision === "keep") return doc;
  if (decision === "prune") return undefined;
  if (decision !== "descend") {
    const message =
      "$redact's expression should not return anything aside from the variables $$KEEP, $$DESCEND, and $$PRUNE";
    throw new ServerError(17053, message);
  }
  const kept: Doc = new Map();
  for (const [name, value] of doc) {
    const next = redactValue(value, root, redaction);
    if (next !== undefined) kept.set(name, next);
  }
  return kept;
}

function redactValue(value: Value, root: Doc, redaction: Redaction): Value | undefined {
  if (isDoc(value)) return redact(value, root, redaction);
  if (!isArray(value)) return value;
  return value.map((item) => redactValue(item, root, redaction)).filter((item) => item !== undefined);
}
