const pathlessOperators: ReadonlySet<string> = new Set([
  "$alwaysFalse",
  "$alwaysTrue",
  "$and",
  "$comment",
  "$db",
  "$expr",
  "$id",
  "$jsonSchema",
  "$nor",
  "$or",
  "$ref",
  "$sampleRate",
  "$text",
  "$where",
]);

/** Whether an operator stands where a field's name does: `{ $or: [...] }`. */
export function isPathlessOperator(name: string): boolean {
  return pathlessOperators.has(name);
}
