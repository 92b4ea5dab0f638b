/** What could move the cursor, colour, reorder or break a line of a terminal, and half surrogate pairs. */
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Stored text made safe to show on a terminal: control characters stand as escapes, all else as it is. */
export function visible(text: string): string {
  return text.replace(unsafe, (character) => shortEscapes[character] ?? unicodeEscape(character));
}

/** The same, cut to about `maximum` characters, never inside one. */
export function visibleStart(text: string, maximum: number): string {
  const characters = Array.from(text.slice(0, 2 * maximum + 2));
  return characters.length <= maximum ? visible(text) : `${visible(characters.slice(0, maximum - 1).join(""))}…`;
}

/** JSON's text with nothing in it that a terminal would act on; it parses to the same value. */
export function terminalSafeJson(json: string): string {
  return json.replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
