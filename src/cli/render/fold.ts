import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** Where a word that is too long may be broken best: after these. */
const parts = /[^-_/.:,;]*[-_/.:,;]+|[^-_/.:,;]+/g;

/** Text as lines of at most so many columns, broken between words, and inside a word only where it fits no line. */
export function fold(text: string, width: number): string[] {
  if (stringWidth(text) <= width) return [text];
  const room = Math.max(1, width);
  return wrapAnsi(
    text.replace(/\S+/g, (word) => breakable(word, room)),
    room,
    { hard: true },
  ).split("\n");
}

/**
 * A text after its lead, on as many lines as it needs; all but the first stand under the text.
 * @param indent columns before the other lines, where they are not to stand under the text; at least the lead's
 */
export function hanging(
  lead: string,
  text: string,
  { width }: { readonly width: number },
  indent = stringWidth(lead),
): string[] {
  return under(lead, fold(text, width - indent), indent);
}

/** The same for a command: broken between its words, and in a way that a shell takes for one line. */
export function hangingCommand(lead: string, command: string, { width }: { readonly width: number }): string[] {
  const indent = stringWidth(lead);
  return under(lead, foldCommand(command, width - indent), indent);
}

function under(lead: string, lines: readonly string[], indent: number): string[] {
  return lines.map((line, index) => (index === 0 ? lead : " ".repeat(indent)) + line);
}

/** A word of a shell, quoted parts and all. */
const shellWords = /(?:\\.|'[^']*'|[^\s'\\])+/g;

function foldCommand(command: string, width: number): string[] {
  if (stringWidth(command) <= width) return [command];
  const lines = joinedTo(command.match(shellWords) ?? [], " ", width - 2);
  return lines.map((line, index) => (index === lines.length - 1 ? line : `${line} \\`));
}

/** Breaks a word that is too long for any line; coloured ones are left to be broken anywhere. */
function breakable(word: string, width: number): string {
  if (stringWidth(word) <= width || word.includes("\u001b")) return word;
  const pieces = word.match(parts) ?? [];
  return pieces.some((piece) => stringWidth(piece) > width) ? word : joinedTo(pieces, "", width).join("\n");
}

/** Pieces joined to as few lines as hold them. */
function joinedTo(pieces: readonly string[], between: string, width: number): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const longer = lines.length === 0 ? piece : `${lines.at(-1) ?? ""}${between}${piece}`;
    if (lines.length > 0 && stringWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines;
}
