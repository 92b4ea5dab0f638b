import { Command } from "commander";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { renderMoves } from "../render/moves.js";
import { moveOrders } from "./move-orders.js";

export function cancelCommand(app: App): Command {
  return new Command("cancel")
    .description("Cancel orders and give their units back to stock, once")
    .argument("<order...>", "ids of orders that are pending or in transit")
    .option("--reason <text>", "why, for the order", "requested")
    .addHelpText("before", examples('warehouse cancel 677b8a9ff033af3a53c9a75a --reason "customer called"'))
    .action(async (ids: string[], { reason }: { reason: string }) => {
      const { books } = await app.desk();
      const moved = await moveOrders(app, { ids, to: "cancelled" }, (orders) =>
        books.cancel(
          orders.map(({ _id }) => ({ order_id: _id, reason })),
          { actor: { by: "cancel" } },
        ),
      );
      await app.print(moved, renderMoves);
      await app.suggest(["stock"], ["orders", "--status", "cancelled"]);
    });
}
