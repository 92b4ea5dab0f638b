import { docOf, Int32 } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Reply } from "../wire/reply.js";
import { namespaceText, type CommandTable, type Request } from "./command.js";
import { namespaceOf } from "./namespace.js";

/** Reads every document of a collection and looks for its entries in every index. */
function validate(request: Request): Reply {
  const ns = namespaceOf(request);
  const found = request.read((unit) => {
    const collection = unit.collection(ns);
    return collection && { count: unit.stats(collection).count, names: collection.indexes.map(({ name }) => name) };
  });
  if (found === undefined) {
    throw new ServerError("NamespaceNotFound", `Collection '${namespaceText(ns)}' does not exist to validate.`);
  }
  const { count, names } = found;
  const errors = request.server.kernel.integrity(ns);
  const fields = docOf({
    ns: namespaceText(ns),
    nrecords: new Int32(count),
    nIndexes: new Int32(names.length),
    indexDetails: new Map(
      names.map((name) => [name, docOf({ valid: !errors.some((text) => text.includes(`index ${name} `)) })]),
    ),
    valid: errors.length === 0,
    repaired: false,
    warnings: [],
    errors,
  });
  return { fields };
}

export const validateCommands: CommandTable = {
  validate: {
    args: { full: "flag", background: "flag", metadata: "flag", checkBSONConformance: "flag" },
    run: validate,
  },
};
