import { multiply, integerOf } from "../bson/arithmetic.js";
import { isNumber, type NumberValue } from "../bson/numbers.js";
import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { countField } from "./stages/simple.js";

/**
 * Recognises a rest that only counts, `[{ $count }]` or one `$group` on a constant that sums a constant (what the
 * driver's `countDocuments` sends), so that the documents need not be decoded.
 * @returns the pipeline's output for a count, undefined when the stages do more than that
 */
export function countingPipeline(rest: readonly Value[]): ((count: number) => readonly Doc[]) | undefined {
  const [stage, ...others] = rest;
  if (!isDoc(stage) || stage.size !== 1 || others.length > 0) return undefined;
  const count = stage.get("$count");
  if (count !== undefined) return countOutput(countField(count));
  const group = stage.get("$group");
  return isDoc(group) ? groupOutput(group) : undefined;
}

function countOutput(name: string): (count: number) => readonly Doc[] {
  return (count) => (count === 0 ? [] : [new Map([[name, integerOf(count)]])]);
}

function groupOutput(group: Doc): ((count: number) => readonly Doc[]) | undefined {
  const id = group.get("_id");
  const sums = [...group].filter(([name]) => name !== "_id").map(([name, spec]) => [name, constantSum(spec)] as const);
  if (id === undefined || !isScalarConstant(id) || sums.some(([name, sum]) => sum === undefined || /[.$]/.test(name))) {
    return undefined;
  }
  return (count) => {
    if (count === 0) return [];
    const counted = sums.map(([name, sum]) => [name, multiply(sum ?? integerOf(0), integerOf(count))] as const);
    return [new Map<string, Value>([["_id", id], ...counted])];
  };
}

function isScalarConstant(value: Value): boolean {
  return !isDoc(value) && !isArray(value) && !(typeof value === "string" && value.startsWith("$"));
}

function constantSum(spec: Value): NumberValue | undefined {
  const sum = isDoc(spec) && spec.size === 1 ? spec.get("$sum") : undefined;
  return isNumber(sum) ? sum : undefined;
}
