import type { OrderStatus } from "../../../db/collections.js";
import type { ReportOrder } from "../../../graph/report.js";
import { otherFinisher } from "../finisher.js";
import { count, counted, money } from "../format.js";
import { around, type Html, html } from "./html.js";
import type { PageSource } from "./page.js";
import { reasonWords } from "../reason.js";
import { namesOf, type ProductNames, productTag, statusLabel, statusWords } from "./words.js";

/** Rows joined to one piece of the page. */
const perPiece = 200;

/** The orders with what narrows them, in pieces. */
export async function* ordersSection(source: PageSource): AsyncGenerator<string> {
  const [before, after] = around((place) => section(source, place));
  yield before;
  const { inventory, planner } = source.past.report;
  const names = namesOf(inventory);
  let rows: Html[] = [];
  let shown = 0;
  for await (const order of source.past.report.orders ?? source.past.orders()) {
    if (shown === source.limit) break;
    shown += 1;
    rows.push(orderRow(order, names, planner));
    if (rows.length < perPiece) continue;
    yield html`${rows}`.markup;
    rows = [];
  }
  yield html`${rows}`.markup;
  yield after;
}

function section({ past: { report, unlisted }, limit }: PageSource, rows: Html): Html {
  const listed = report.totals.orders - unlisted;
  return html`<section id="orders" aria-labelledby="orders-title" tabindex="-1">
    <h2 id="orders-title">Orders</h2>
    ${listed > limit ? html`<p class="note">${limitText(limit, listed)}</p>` : undefined} ${tools()}
    <table class="orders" role="table">
      <caption class="sr">
        Orders of this run: products, address, status and total
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" class="number">#</th>
          <th role="columnheader" scope="col">Order</th>
          <th role="columnheader" scope="col">Products</th>
          <th role="columnheader" scope="col">Address</th>
          <th role="columnheader" scope="col">Status</th>
          <th role="columnheader" scope="col" class="number">Total</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows}
      </tbody>
    </table>
    ${listed > 0 ? undefined : html`<p class="none">None of its own.</p>`}
    <p class="none" id="no-match" hidden>No order matches.</p>
  </section>`;
}

function limitText(limit: number, orders: number): string {
  return `The first ${count(limit)} of ${counted(orders, "order")}; --all-orders puts all of them on the page.`;
}

/** Hidden until the script that serves them runs. */
function tools(): Html {
  const statuses = Object.entries(statusWords).map(([status, words]) => choice(status, words, false));
  return html`<form id="order-tools" role="search" aria-label="Orders" hidden>
    <label class="field"
      ><span>Search</span>
      <input
        type="search"
        name="text"
        placeholder="Id, product, address …"
        autocomplete="off"
        spellcheck="false"
        aria-controls="orders"
    /></label>
    <fieldset>
      <legend class="sr">Status</legend>
      ${[choice("", "All", true), ...statuses]}
    </fieldset>
    <output id="order-count" aria-live="polite"></output>
  </form>`;
}

function choice(value: string, words: string, checked: boolean): Html {
  return html`<label class="choice"
    ><input type="radio" name="status" value="${value}" ${checked ? html` checked` : undefined} /><span
      >${words}</span
    ></label
  >`;
}

const shownLines = 50;
const fileKey = /^[0-9a-f]{64}:\d+/;

function orderRow(order: ReportOrder, names: ProductNames, planner: string): Html {
  const { index, order_id, key, status, products, address, total } = order;
  const own = key === order_id || fileKey.test(key) ? undefined : html`<span class="own"><bdi>${key}</bdi></span>`;
  const lines = products
    .slice(0, shownLines)
    .map(({ product_id, quantity }) => html`<li>${count(quantity)} × ${productTag(product_id, names)}</li>`);
  const rest =
    products.length > shownLines ? html`<li>… and ${count(products.length - shownLines)} more</li>` : undefined;
  return html`<tr role="row" data-status="${status}">
    <td role="cell" class="number place">${count(index + 1)}</td>
    <th role="rowheader" scope="row" class="id">${own}${order_id ?? "not recorded"}</th>
    <td role="cell" class="lines">
      <ul>
        ${lines}${rest}
      </ul>
    </td>
    <td role="cell" class="address"><bdi>${address}</bdi></td>
    <td role="cell" class="status">${statusLabel(status)}${notes(order, names, planner)}</td>
    <td role="cell" class="number total">${money(total)}</td>
  </tr>`;
}

function notes(order: ReportOrder, names: ProductNames, planner: string): Html | undefined {
  const { reason, shortages, already_done, status_now } = order;
  const finisher = otherFinisher(order, planner);
  const lacking = shortages
    .slice(0, shownLines)
    .map(
      ({ product_id, wanted, available }) =>
        html`<li>
          <bdi>${names.get(product_id) ?? product_id}</bdi>: ${count(wanted)} wanted, ${count(available)} there
        </li>`,
    );
  const parts = [
    ...(reason === null ? [] : [html`<span class="why">${capital(reasonWords(reason))}</span>`]),
    ...(lacking.length === 0
      ? []
      : [
          html`<ul>
            ${lacking}
          </ul>`,
        ]),
    ...(already_done ? [html`<span class="why">Done before this run</span>`] : []),
    ...(finisher === undefined ? [] : [html`<span class="why">by <bdi>${finisher}</bdi></span>`]),
    ...(status_now === undefined ? [] : [html`<span class="why">${nowWords(status_now)}</span>`]),
  ];
  return parts.length === 0 ? undefined : html`<div class="notes">${parts}</div>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function nowWords(status: OrderStatus): string {
  return `${Object.hasOwn(statusWords, status) ? statusWords[status] : status} since`;
}
