import { visible } from "../visible.js";

/** Markup that may stand in a page as it is. */
export interface Html {
  readonly markup: string;
}

/** What a template takes: text and numbers are escaped, `undefined` is nothing. */
type HtmlValue = string | number | undefined | Html | readonly Html[];

/** A template of a page: every value in it is escaped unless it is `Html` itself. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { markup: strings.map((string, index) => string + markupOf(values[index])).join("") };
}

/** Text of our own sources, such as a style sheet. Never for anything stored. */
export function trusted(markup: string): Html {
  return { markup };
}

const middle = "<!-- middle -->";

/**
 * A template with one place left open, as what stands before that place and what stands after it.
 *
 * No value can look like the place: what is stored is escaped.
 */
export function around(template: (place: Html) => Html): readonly [before: string, after: string] {
  const [before = "", after = ""] = template(trusted(middle)).markup.split(middle);
  return [before, after];
}

/**
 * Stored text as it may stand in any place of a page: content, or a quoted attribute.
 *
 * Line breaks stay; what could reorder the text or does not print stands as an escape.
 * Source: OWASP's Cross Site Scripting Prevention cheat sheet, "Output Encoding for HTML contexts"
 */
export function escaped(text: string): string {
  const shown = text
    .split(/\r\n|\r|\n/)
    .map(visible)
    .join("\n");
  return shown.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function markupOf(value: HtmlValue): string {
  if (value === undefined) return "";
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number") return String(value);
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("\n");
}
