import {
  type CompletedCommand,
  type CompletedOption,
  type CompletedProgram,
  type Values,
  valuedOptions,
} from "./model.js";

/** A fish script: one line for each command and option, with what it is for. */
export function fishCompletion(program: CompletedProgram): string {
  return `# warehouse completion for fish: warehouse completion fish > ~/.config/fish/completions/warehouse.fish
function __warehouse_command
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
      continue
    end
    switch $word
      case ${valuedOptions(program).join(" ")}
        set skip 1
      case '-*'
      case '*'
        echo $word
        return
    end
  end
end
function __warehouse_in
  test (count (__warehouse_command)) -gt 0; and test (__warehouse_command) = $argv[1]
end
function __warehouse_bare
  test (count (__warehouse_command)) -eq 0
end
complete -c warehouse -e
complete -c warehouse -f -n __warehouse_bare
${program.options.map((option) => line("__warehouse_bare", optionWords(option))).join("")}${program.commands.map(commandLines).join("")}`;
}

function commandLines({ name, description, argument, options }: CompletedCommand): string {
  const within = `__warehouse_in ${name}`;
  return [
    line("__warehouse_bare", ["-f", "-a", name, "-d", quoted(description)]),
    ...(argument.kind === "any" ? [] : [line(within, ["-f", ...valueWords(argument)])]),
    ...options.map((option) => line(within, optionWords(option))),
  ].join("");
}

function optionWords({ long, short, description, values }: CompletedOption): string[] {
  const names = ["-l", long.replace("--", ""), ...(short === undefined ? [] : ["-s", short.replace("-", "")])];
  const takes = { none: [], any: ["-r"], ids: ["-x"], choices: ["-x"] }[values.kind];
  return [...names, ...takes, ...valueWords(values), "-d", quoted(description)];
}

function valueWords(values: Values): string[] {
  if (values.kind === "ids")
    return ["-a", `'(warehouse complete-ids ${values.of} --line (commandline -cp | string collect) 2>/dev/null)'`];
  return values.kind === "choices" ? ["-a", quoted(values.choices.join(" "))] : [];
}

function line(condition: string, words: readonly string[]): string {
  return `complete -c warehouse -n ${quoted(condition)} ${words.join(" ")}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
