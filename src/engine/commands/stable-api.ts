import { isArray, isDoc, type Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";

/** Commands of the stable API's version 1. */
const commands: ReadonlySet<string> = new Set(
  [
    "abortTransaction",
    "aggregate",
    "bulkWrite",
    "collMod",
    "commitTransaction",
    "count",
    "create",
    "createIndexes",
  ].concat(
    ["delete", "drop", "dropDatabase", "dropIndexes", "endSessions", "explain", "find", "findAndModify", "getMore"],
    ["hello", "insert", "killCursors", "listCollections", "listDatabases", "listIndexes", "ping", "refreshSessions"],
    ["update", "saslStart", "saslContinue"],
  ),
);

/** Stages that are not part of it. */
const unstableStages: ReadonlySet<string> = new Set([
  "$currentOp",
  "$indexStats",
  "$listLocalSessions",
  "$listSessions",
  "$planCacheStats",
]);

/**
 * Checks what a command says of the API it was written for.
 * @throws ServerError APIVersionError, and APIStrictError for what is not part of a version that is to be kept to
 * Source: MongoDB manual, "Stable API"
 */
export function checkStableApi(name: string, body: Doc): void {
  const version = body.get("apiVersion");
  if (version === undefined) {
    const option = ["apiStrict", "apiDeprecationErrors"].find((each) => (body.get(each) ?? false) !== false);
    if (option === undefined) return;
    throw new ServerError("InvalidOptions", `Provided ${option} without passing apiVersion`);
  }
  if (version !== "1") throw new ServerError("APIVersionError", 'API version must be "1"');
  if (body.get("apiStrict") !== true) return;
  if (!commands.has(name)) {
    const message = `Provided apiStrict:true, but the command ${name} is not in API Version 1. Information on supported commands and migrations in API Version 1 can be found at https://dochub.mongodb.org/core/manual-versioned-api`;
    throw new ServerError("APIStrictError", message);
  }
  const stages = body.get("pipeline");
  if (isArray(stages)) for (const stage of stages) if (isDoc(stage)) checkStage(stage);
}

function checkStage(stage: Doc): void {
  for (const [name, argument] of stage) {
    const isStable = name === "$collStats" ? hasOnlyCount(argument) : !unstableStages.has(name);
    if (isStable) continue;
    const message = `stage ${name} is not allowed with 'apiStrict: true' in API Version 1`;
    throw new ServerError("APIStrictError", message);
  }
}

function hasOnlyCount(argument: unknown): boolean {
  return argument instanceof Map && [...argument.keys()].every((name) => name === "count");
}
