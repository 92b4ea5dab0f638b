import { Command } from "commander";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { renderMoves } from "../render/moves.js";
import { moveOrders } from "./move-orders.js";

export function deliverCommand(app: App): Command {
  return new Command("deliver")
    .description("Mark orders as delivered")
    .argument("<order...>", "ids of orders that are in transit")
    .addHelpText("before", examples("warehouse deliver 677b8a9ff033af3a53c9a75a"))
    .action(async (ids: string[]) => {
      const { deliveries } = await app.desk();
      const moved = await moveOrders(app, { ids, to: "delivered" }, (orders) =>
        deliveries.move(
          orders.map(({ _id }) => _id),
          "delivered",
          { by: "deliver" },
        ),
      );
      await app.print(moved, renderMoves);
      await app.suggest(["orders", "--status", "in_transit"]);
    });
}
