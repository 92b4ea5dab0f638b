import type { Shortfall } from "../../../graph/shortfalls.js";
import { count, counted } from "../format.js";
import { type Html, html } from "./html.js";
import type { PageSource } from "./page.js";
import { namesOf, type ProductNames, productTag } from "./words.js";

/** What there was too little of; nothing where there was enough. */
export function shortagesSection({ past, limit }: PageSource): Html {
  const { shortfalls, report } = past;
  if (shortfalls.length === 0) return html``;
  const names = namesOf(report.inventory);
  const rows = shortfalls.slice(0, limit).map((shortfall) => row(shortfall, names));
  return html`<section id="shortages" aria-labelledby="shortages-title">
    <h2 id="shortages-title">Shortages</h2>
    <p class="lead">
      ${counted(shortfalls.length, "product")} could not be had in full. Orders are all or nothing, so each of these
      orders was cancelled.
    </p>
    <table class="shortages">
      <caption class="sr">
        Products that orders wanted and could not get, the most wanted first
      </caption>
      <thead>
        <tr>
          <th scope="col">Product</th>
          <th scope="col" class="number">Orders</th>
          <th scope="col" class="number">Units wanted</th>
          <th scope="col" class="number">Available at most</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </section>`;
}

function row({ product_id, orders, wanted, available }: Shortfall, names: ProductNames): Html {
  return html`<tr>
    <th scope="row">${productTag(product_id, names)}</th>
    <td class="number">${count(orders)}</td>
    <td class="number">${count(wanted)}</td>
    <td class="number">${count(available)}</td>
  </tr>`;
}
