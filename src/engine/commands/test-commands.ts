import { ServerError } from "../errors.js";
import { reply, type Reply } from "../wire/reply.js";
import type { CommandTable, Request } from "./command.js";

const failPoints = new Set(["failCommand", "onPrimaryTransactionalWrite"]);

function configureFailPoint({ server, args }: Request): Reply {
  const name = args.text("configureFailPoint") ?? "";
  if (!failPoints.has(name)) throw new ServerError("BadValue", `fail point not found: ${name}`);
  server.failPoints.configure(name, args.any("mode"), args.documentOrEmpty("data"));
  return reply();
}

export const testCommands: CommandTable = {
  configureFailPoint: {
    args: { mode: "string|object!", data: "object" },
    adminOnly: true,
    testOnly: true,
    run: configureFailPoint,
  },
};
