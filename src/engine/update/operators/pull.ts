import { equalValues } from "../../bson/compare.js";
import { typeName } from "../../bson/typename.js";
import { isArray, isDoc, Regex, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { compileFilter } from "../../query/matcher.js";
import type { Operation, ParseContext, ParseOperation } from "../types.js";

type Test = (element: Value) => boolean;

/** Operators that make `$pull`'s argument a condition on the element itself rather than on its fields. */
const elementOperators = new Set(
  "$eq $ne $gt $gte $lt $lte $in $nin $not $all $size $elemMatch $exists $type $mod $regex $options $bitsAllSet $bitsAllClear $bitsAnySet $bitsAnyClear".split(
    " ",
  ),
);

/** The name under which an element is shown to the matcher. */
const ELEMENT = "element";

/** `$pull`: removes the elements that equal the value or meet the condition. Source: MongoDB manual, "$pull" */
export const parsePull: ParseOperation = (argument, _path, context) => culling(pullTest(argument, context));

/** `$pullAll`: removes the elements that equal one of the values. */
export const parsePullAll: ParseOperation = (argument, _path, { strings }) => {
  if (!isArray(argument)) {
    const message = `$pullAll requires an array argument but was given a ${typeName(argument)}`;
    throw new ServerError("BadValue", message);
  }
  return culling((element) => argument.some((value) => equalValues(element, value, strings)));
};

function culling(removes: Test): Operation {
  return {
    whenMissing: "strict",
    change(current) {
      if (current === undefined) return undefined;
      if (!isArray(current)) throw new ServerError("BadValue", "Cannot apply $pull to a non-array value");
      const kept = current.filter((element) => !removes(element));
      return kept.length === current.length ? current : kept;
    },
  };
}

function pullTest(argument: Value, context: ParseContext): Test {
  if (!isDoc(argument) && !(argument instanceof Regex)) {
    return (element) => equalValues(element, argument, context.strings);
  }
  const [first = ""] = isDoc(argument) ? argument.keys() : [];
  if (isDoc(argument) && !elementOperators.has(first)) {
    const matcher = compileFilter(argument, { collation: context.collation, plain: true });
    return (element) => isDoc(element) && matcher.matches(element);
  }
  const matcher = compileFilter(new Map([[ELEMENT, argument]]), { collation: context.collation, plain: true });
  return (element) => matcher.matches(new Map([[ELEMENT, element]]));
}
