import { docOf, isDoc, type Doc } from "../bson/types.js";
import type { CollectionEntry } from "../catalog/collection-entry.js";
import { ServerError } from "../errors.js";
import { type FieldNames, filterFields } from "../query/filter-fields.js";
import { compileValidator, type Validator } from "../query/validation.js";
import type { StoredDoc } from "./types.js";

interface CollectionValidator extends Validator {
  /** Whether documents that did not fulfil it before may be changed. */
  readonly moderate: boolean;
  /** What it looks at. */
  readonly fields: FieldNames;
}

const validators = new WeakMap<CollectionEntry, CollectionValidator | "none">();

/**
 * Checks a document about to be stored against its collection's validator.
 * @param before the document it replaces
 * @throws ServerError DocumentValidationFailure with `errInfo`
 * Source: MongoDB manual, "Schema Validation"
 */
export function validate(entry: CollectionEntry, next: StoredDoc, before?: StoredDoc): void {
  const validator = validatorOf(entry);
  if (validator === "none" || validator.accepts(next.part(validator.fields))) return;
  if (before && validator.moderate && !validator.accepts(before.part(validator.fields))) return;
  const errInfo = validator.errInfo(next.doc());
  throw new ServerError("DocumentValidationFailure", "Document failed validation", docOf({ errInfo }));
}

function validatorOf(entry: CollectionEntry): CollectionValidator | "none" {
  let validator = validators.get(entry);
  if (validator === undefined) {
    validator = readValidator(entry.options);
    validators.set(entry, validator);
  }
  return validator;
}

function readValidator(options: Doc): CollectionValidator | "none" {
  const filter = options.get("validator");
  const level = options.get("validationLevel");
  if (!isDoc(filter) || filter.size === 0 || level === "off" || options.get("validationAction") === "warn")
    return "none";
  const validator = compileValidator(filter);
  const fields = filterFields(filter);
  if (fields?.size === 0 && validator.accepts(new Map())) return "none";
  return { ...validator, moderate: level === "moderate", fields };
}
