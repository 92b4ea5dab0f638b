// Narrows the orders by text and status. Without it the page shows them all, and no controls.
const tools = document.getElementById("order-tools");
const rows = [...document.querySelectorAll("table.orders tbody tr")];
const told = document.getElementById("order-count");
const noMatch = document.getElementById("no-match");

/** A row's text is read from the page once, at the first search. */
let texts;
const textOf = (index) => (texts ??= rows.map((row) => row.textContent.toLowerCase()))[index];

const number = new Intl.NumberFormat("en-US");
const orders = (count) => `${number.format(count)} ${count === 1 ? "order" : "orders"}`;

function narrow() {
  const chosen = new FormData(tools);
  const words = chosen.get("text").toLowerCase().split(/\s+/).filter(Boolean);
  const status = chosen.get("status");
  let shown = 0;
  rows.forEach((row, index) => {
    const fits =
      (status === "" || row.dataset.status === status) && words.every((word) => textOf(index).includes(word));
    if (row.hidden === fits) row.hidden = !fits;
    if (fits) shown += 1;
  });
  noMatch.hidden = shown > 0;
  told.textContent = shown === rows.length ? orders(shown) : `${number.format(shown)} of ${orders(rows.length)}`;
}

/** Each status with its number of orders; one that no order has is no choice. */
function countStatuses() {
  const counts = new Map([["", rows.length]]);
  for (const { dataset } of rows) counts.set(dataset.status, (counts.get(dataset.status) ?? 0) + 1);
  for (const input of tools.elements.status) {
    const count = counts.get(input.value) ?? 0;
    const mark = document.createElement("small");
    mark.textContent = number.format(count);
    input.nextElementSibling.append(" ", mark);
    input.parentElement.hidden = count === 0;
  }
}

if (rows.length > 0) {
  let waiting;
  tools.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(narrow, rows.length > 1000 ? 150 : 0);
  });
  tools.addEventListener("submit", (event) => event.preventDefault());
  countStatuses();
  tools.hidden = false;
  narrow();
}
