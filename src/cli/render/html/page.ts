import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { RunDoc } from "../../../db/collections.js";
import type { PastRun } from "../../../graph/past-run.js";
import { moment } from "../format.js";
import { header, totalsSection } from "./head.js";
import { around, type Html, html, trusted } from "./html.js";
import { ordersSection } from "./orders.js";
import { shortagesSection } from "./shortages.js";
import { stepsSection } from "./steps.js";
import { stockSection } from "./stock.js";

export interface PageSource {
  readonly run: RunDoc;
  readonly past: PastRun;
  /** Orders and products shown at most. */
  readonly limit: number;
  readonly now: Date;
}

/** Loaded once a page is asked for; the build copies them beside the code. */
interface Assets {
  readonly style: string;
  readonly script: string;
}

/**
 * A run as one page that needs nothing else: no network, no font, no script of others, readable without any script.
 *
 * It comes in pieces, so that a page of any number of orders needs no memory. Its policy lets nothing run or load but its own
 * style and script, by their hashes, so that even text that got out of its place could do nothing.
 * Source: W3C, "Content Security Policy Level 3"
 */
export async function* renderPage(source: PageSource): AsyncGenerator<string> {
  const assets = await readAssets();
  const [before, after] = around((place) => frame(source, assets, place));
  yield before;
  yield totalsSection(source).markup;
  yield stockSection(source).markup;
  yield* ordersSection(source);
  yield shortagesSection(source).markup;
  yield stepsSection(source).markup;
  yield after;
}

const styleSheets = ["base.css", "tables.css", "orders.css", "phone.css", "print.css"];

async function readAssets(): Promise<Assets> {
  const read = (name: string): Promise<string> => readFile(new URL(`./assets/${name}`, import.meta.url), "utf8");
  const [script, ...styles] = await Promise.all([read("page.js"), ...styleSheets.map(read)]);
  return { style: styles.join("\n"), script };
}

function frame(source: PageSource, { style, script }: Assets, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(style, script)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>Run ${source.run._id} · warehouse</title>
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#orders">Skip to the orders</a>
        ${header(source)}
        <main>${content}</main>
        <footer>Read from the database by warehouse on ${moment(source.now)}. All times are UTC.</footer>
        ${trusted(`<script type="module">${script}</script>`)}
      </body>
    </html> `;
}

function policy(style: string, script: string): string {
  return `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
