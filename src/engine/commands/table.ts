import { adminCommands } from "./admin.js";
import { aggregateCommands } from "./aggregate.js";
import { authCommands } from "./auth.js";
import { bulkWriteCommands } from "./bulk-write.js";
import { collModCommands } from "./coll-mod.js";
import { collectionCommands } from "./collections.js";
import type { Command } from "./command.js";
import { countingCommands } from "./counting.js";
import { cursorCommands } from "./cursors.js";
import { deleteCommands } from "./delete.js";
import { diagnosticCommands } from "./diagnostics.js";
import { explainCommands } from "./explain.js";
import { findAndModifyCommands } from "./find-and-modify.js";
import { findCommands } from "./find.js";
import { helloCommands } from "./hello.js";
import { indexCommands } from "./indexes.js";
import { insertCommands } from "./insert.js";
import { sessionCommands } from "./sessions.js";
import { testCommands } from "./test-commands.js";
import { transactionCommands } from "./transactions.js";
import { updateCommands } from "./update.js";
import { userCommands } from "./users.js";
import { validateCommands } from "./validate.js";

/** Every command of the server by name. */
export const commands: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    ...helloCommands,
    ...authCommands,
    ...adminCommands,
    ...userCommands,
    ...diagnosticCommands,
    ...validateCommands,
    ...sessionCommands,
    ...transactionCommands,
    ...findCommands,
    ...aggregateCommands,
    ...countingCommands,
    ...explainCommands,
    ...cursorCommands,
    ...insertCommands,
    ...updateCommands,
    ...deleteCommands,
    ...findAndModifyCommands,
    ...bulkWriteCommands,
    ...collectionCommands,
    ...collModCommands,
    ...indexCommands,
    ...testCommands,
  }),
);
