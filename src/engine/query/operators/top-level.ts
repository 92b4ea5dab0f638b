import { isNumber, toDouble, toExactLong } from "../../bson/numbers.js";
import { isDoc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { expressionCompiler } from "../../expressions/compile.js";
import { badValue, type FilterContext } from "../context.js";
import { compileSchema } from "../json-schema.js";
import { leaf, type DocTest } from "../nodes.js";
import { pathOf } from "../paths.js";
import { isTruthy } from "../truth.js";
import { equalTo } from "./comparison.js";
import { logicalOperators } from "./logical.js";

/** Compiles an operator in a field's place; undefined for one that asks nothing. */
type PathlessOperator = (operand: Value, context: FilterContext) => DocTest | undefined;

function notAllowed(operator: string): ServerError {
  return new ServerError("QueryFeatureNotAllowed", `${operator} is not allowed in this context`);
}

const expr: PathlessOperator = (operand, context) => {
  if (context.nested) throw badValue("$expr can only be applied to the top-level document");
  if (context.plain) throw notAllowed("$expr");
  const expression = expressionCompiler(context.vars.keys(), context.collation?.compare).compile(operand);
  return (root) => isTruthy(expression({ root, vars: context.vars }));
};

const jsonSchema: PathlessOperator = (operand, context) => {
  if (context.plain) throw notAllowed("$jsonSchema");
  if (!isDoc(operand)) throw new ServerError("TypeMismatch", "$jsonSchema must be an object");
  const schema = compileSchema(operand);
  return (doc) => schema.accepts(doc);
};

const text: PathlessOperator = (_operand, context) => {
  if (context.nested) throw badValue("$text can only be applied to the top-level document");
  if (context.plain) throw badValue("$text is not allowed in this context");
  throw new ServerError("IndexNotFound", "text index required for $text query");
};

const where: PathlessOperator = (_operand, context) => {
  if (context.nested) throw badValue("$elemMatch cannot contain $where expression");
  if (context.plain) throw badValue("$where is not allowed in this context");
  throw badValue("no globalScriptEngine in $where parsing");
};

function always(operator: string, answer: boolean): PathlessOperator {
  return (operand) => {
    if (!isNumber(operand) || toExactLong(operand) !== 1n) {
      throw new ServerError("FailedToParse", `${operator} must be an integer value of 1`);
    }
    return () => answer;
  };
}

const sampleRate: PathlessOperator = (operand) => {
  if (!isNumber(operand)) throw badValue("argument to $sampleRate must be a numeric type");
  const rate = toDouble(operand);
  if (!(rate >= 0 && rate <= 1)) throw badValue("numeric argument to $sampleRate must be in [0, 1]");
  return () => Math.random() < rate;
};

/** A DBRef's part as a field of its own, as it stands in `$elemMatch`. */
function dbRefPart(name: string): PathlessOperator {
  return (operand, context) =>
    leaf(equalTo(operand, name === "$id" ? context.collation : undefined)).atPath(pathOf(name));
}

export const pathlessOperators: Readonly<Record<string, PathlessOperator>> = {
  ...logicalOperators,
  $alwaysFalse: always("$alwaysFalse", false),
  $alwaysTrue: always("$alwaysTrue", true),
  $comment: () => undefined,
  $db: dbRefPart("$db"),
  $expr: expr,
  $id: dbRefPart("$id"),
  $jsonSchema: jsonSchema,
  $ref: dbRefPart("$ref"),
  $sampleRate: sampleRate,
  $text: text,
  $where: where,
};
