/** What a terminal shows after it was sent a text: as much of one as the live view uses, one column a character. */
export interface Screen {
  readonly lines: readonly string[];
  readonly cursorShown: boolean;
  readonly secondScreen: boolean;
  readonly wraps: boolean;
}

/** A control sequence: private mark, parameters, command. */
const sequence = /^\[(\??)([\d;]*)([A-Za-z])/;

export function screenAfter(text: string, rows: number): Screen {
  const modes = new Map<string, boolean>();
  const lines = Array.from({ length: rows }, (): string[] => []);
  let [row, column] = [0, 0];
  const act = (command: string, parameters: string): void => {
    const [first = 1, second = 1] = parameters.split(";").map((part) => Number(part) || 1);
    if (command === "H") [row, column] = [Math.min(first, rows) - 1, second - 1];
    if (command === "K") lines[row]?.splice(column);
    if (command === "J") lines.slice(parameters === "2" ? 0 : row).forEach((line) => line.splice(0));
  };
  for (const part of text.split("\u001b")) {
    const [whole, mark, parameters = "", command = ""] = sequence.exec(part) ?? [""];
    if (mark === "?") modes.set(parameters, command === "h");
    else act(command, parameters);
    for (const character of Array.from(part.slice(whole.length))) lines[row]?.splice(column++, 1, character);
  }
  return {
    lines: lines.map((line) => line.join("").trimEnd()),
    cursorShown: modes.get("25") ?? true,
    secondScreen: modes.get("1049") ?? false,
    wraps: modes.get("7") ?? true,
  };
}
