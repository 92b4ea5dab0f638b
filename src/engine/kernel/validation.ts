import { docOf, isDoc, type Doc } from "../bson/types.js";
import type { CollectionEntry } from "../catalog/collection-entry.js";
import { ServerError } from "../errors.js";
import { compileSchema } from "../query/json-schema.js";
import { compileFilter, type Matcher } from "../query/matcher.js";
import type { StoredDoc } from "./types.js";

interface Validator {
  readonly filter: Doc;
  readonly matcher: Matcher;
  /** Whether documents that did not fulfil it before may be changed. */
  readonly moderate: boolean;
  readonly explain: (doc: Doc) => Doc;
}

const validators = new WeakMap<CollectionEntry, Validator | "none">();

/**
 * Checks a document about to be stored against its collection's validator.
 * @param before the document it replaces
 * @throws ServerError DocumentValidationFailure with `errInfo`
 * Source: MongoDB manual, "Schema Validation"
 */
export function validate(entry: CollectionEntry, next: StoredDoc, before?: StoredDoc): void {
  const validator = validatorOf(entry);
  if (validator === "none" || validator.matcher.matches(next.doc())) return;
  if (before && validator.moderate && !validator.matcher.matches(before.doc())) return;
  const details = validator.explain(next.doc());
  const errInfo = docOf({ failingDocumentId: next.doc().get("_id"), details });
  throw new ServerError("DocumentValidationFailure", "Document failed validation", docOf({ errInfo }));
}

function validatorOf(entry: CollectionEntry): Validator | "none" {
  let validator = validators.get(entry);
  if (validator === undefined) {
    validator = compileValidator(entry.options);
    validators.set(entry, validator);
  }
  return validator;
}

function compileValidator(options: Doc): Validator | "none" {
  const filter = options.get("validator");
  const level = options.get("validationLevel");
  if (!isDoc(filter) || filter.size === 0 || level === "off" || options.get("validationAction") === "warn")
    return "none";
  return { filter, matcher: compileFilter(filter), moderate: level === "moderate", explain: explainer(filter) };
}

/** `$jsonSchema` says which rules were broken; of other validators the filter itself is the reason. */
function explainer(filter: Doc): (doc: Doc) => Doc {
  const schema = filter.get("$jsonSchema");
  if (filter.size === 1 && isDoc(schema)) {
    const compiled = compileSchema(schema);
    return (doc) => compiled.explain(doc);
  }
  const details = docOf({ specifiedAs: filter, reason: "expression did not match" });
  return () => details;
}
