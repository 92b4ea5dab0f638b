import { Regex, isArray, isDoc, type Value } from "../../bson/types.js";
import { badValue, type FieldOperator, type FilterContext } from "../context.js";
import { allOf, anyOf, leaf, notField, type DocTest } from "../nodes.js";
import { regexTest } from "./regex.js";

function compileList(operand: Value, operator: string, context: FilterContext): DocTest[] {
  if (!isArray(operand)) throw badValue(`${operator} must be an array`);
  if (operand.length === 0) throw badValue("$and/$or/$nor must be a nonempty array");
  return operand.map((item) => {
    if (!isDoc(item)) throw badValue("$or/$and/$nor entries need to be full objects");
    return context.compileDoc(item, context);
  });
}

/** Source: MongoDB manual, "Logical Query Operators" */
export const logicalOperators: Readonly<Record<string, (operand: Value, context: FilterContext) => DocTest>> = {
  $and: (operand, context) => allOf(compileList(operand, "$and", context)),
  $or: (operand, context) => anyOf(compileList(operand, "$or", context)),
  $nor: (operand, context) => {
    const any = anyOf(compileList(operand, "$nor", context));
    return (doc) => !any(doc);
  },
};

export const notOperator: FieldOperator = (operand, { name, context }) => {
  if (operand instanceof Regex) return notField(leaf(regexTest(operand.pattern, operand.options)));
  if (!isDoc(operand)) throw badValue("$not needs a regex or a document");
  if (operand.size === 0) throw badValue("$not cannot be empty");
  return notField(context.compileField(operand, name, context));
};
