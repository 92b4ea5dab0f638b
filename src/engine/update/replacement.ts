import { toText } from "../bson/extended-json.js";
import type { Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { identicalValues } from "./identical.js";
import { checkSameId, withIdFirst } from "./ids.js";
import { dollarPrefixed } from "./paths.js";
import type { Updater } from "./types.js";

/**
 * Compiles a replacement document: all fields but `_id` are the new ones.
 * @throws ServerError DollarPrefixedFieldName when an operator stands among the fields
 */
export function compileReplacement(replacement: Doc): Updater {
  for (const name of replacement.keys()) if (name.startsWith("$")) throw dollarPrefixed(name, name);
  return {
    kind: "replacement",
    fields: undefined,
    apply(doc, { isInsert }) {
      if (isInsert === true) checkUpsertId(doc, replacement);
      const next = withIdFirst(replacement, doc);
      checkSameId(doc, next, "document");
      return identicalValues(doc, next) ? doc : next;
    },
  };
}

/** On upsert the query's `_id` and the replacement's must agree. */
function checkUpsertId(seed: Doc, replacement: Doc): void {
  const id = replacement.get("_id");
  const asked = seed.get("_id");
  if (id === undefined || asked === undefined || identicalValues(id, asked)) return;
  const message = `The _id field cannot be changed from {_id: ${toText(asked)}} to {_id: ${toText(id)}}.`;
  throw new ServerError("ImmutableField", message);
}
