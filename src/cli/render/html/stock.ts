import type { ReportProduct } from "../../../graph/report.js";
import { count, counted } from "../format.js";
import { bar, stacked } from "./bars.js";
import { type Html, html } from "./html.js";
import type { PageSource } from "./page.js";
import { productTag } from "./words.js";

/** Stock before and after, a bar a product. */
export function stockSection({ past, limit }: PageSource): Html {
  const products = past.report.inventory;
  const rows = products.slice(0, limit).map(row);
  const more =
    products.length > limit
      ? `The first ${count(limit)} of ${counted(products.length, "product")}; --all-orders lists all.`
      : undefined;
  return html`<section id="stock" aria-labelledby="stock-title">
    <h2 id="stock-title">Stock</h2>
    ${products.length === 0 ? html`<p class="none">No product was touched.</p>` : table(rows)}
    ${more === undefined ? undefined : html`<p class="note">${more}</p>`}
  </section>`;
}

function table(rows: readonly Html[]): Html {
  return html`<table class="stock" role="table">
    <caption>
      <span class="sr">Stock of each product before and after the run. </span>
      <span class="key"><i class="after"></i> After</span>
      <span class="key"><i class="sold"></i> Sold</span>
      <span class="scale">Each bar has its product's own scale</span>
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col">Product</th>
        <th role="columnheader" scope="col" class="number">Before</th>
        <th role="columnheader" scope="col" class="number">Sold</th>
        <th role="columnheader" scope="col" class="number">After</th>
        <th role="columnheader" scope="col" class="wide"><span class="sr">Share left</span></th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows}
    </tbody>
  </table>`;
}

function row({ product_id, name, before, sold, after }: ReportProduct): Html {
  const parts = [
    { value: after, kind: "after" },
    { value: sold, kind: "sold" },
  ];
  return html`<tr role="row">
    <th role="rowheader" scope="row">${productTag(product_id, new Map([[product_id, name]]))}</th>
    <td role="cell" class="number">${count(before)}</td>
    <td role="cell" class="number">${count(sold)}</td>
    <td role="cell" class="number strong">${count(after)}</td>
    <td role="cell" class="wide">${bar(stacked(parts, Math.max(before, after + sold)))}${leftText(before, after)}</td>
  </tr>`;
}

function leftText(before: number, after: number): Html {
  if (after <= 0) return html`<span class="left out">Sold out</span>`;
  if (before <= 0) return html`<span class="left">New</span>`;
  const share = (after / before) * 100;
  return html`<span class="left">${share < 1 ? "< 1" : count(Math.floor(share))} %<span class="sr"> left</span></span>`;
}
