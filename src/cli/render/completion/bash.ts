import { type CompletedCommand, type CompletedProgram, type Values, valuedOptions } from "./model.js";

/**
 * A bash script that completes commands and options of the program's tree, and asks `complete-ids` for ids.
 *
 * Ids reach the shell as text that is only compared, never expanded.
 */
export function bashCompletion(program: CompletedProgram): string {
  const names = program.commands.map(({ name }) => name).join(" ");
  return `# warehouse completion for bash; in ~/.bashrc: source <(warehouse completion bash)
_warehouse() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" ids="" word skip=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ -n $skip ]]; then skip=""; continue; fi
    case "$word" in
      ${valuedOptions(program).join("|")}) skip=1 ;;
      -*) ;;
      *) command=$word; break ;;
    esac
  done
  case "$command" in
    "") words="${names} ${longOptions(program)}" ;;
${program.commands.map(commandCase).join("")}  esac
  case "$command $prev" in
${optionCases(program).join("")}  esac
  COMPREPLY=()
  for word in $words; do
    if [[ ($word != -* || $cur == -*) && $word == "$cur"* ]]; then COMPREPLY+=("$word"); fi
  done
  if [[ -n $ids && $cur != -* ]]; then
    while IFS= read -r word; do
      if [[ $word == "$cur"* ]]; then COMPREPLY+=("$word"); fi
    done < <(warehouse complete-ids "$ids" --line "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  fi
}
complete -o default -F _warehouse warehouse
`;
}

function commandCase(command: CompletedCommand): string {
  return `    ${command.name}) ${assignments(command.argument, longOptions(command))} ;;\n`;
}

/** After an option that takes a word, only that word. */
function optionCases({ commands, options }: CompletedProgram): string[] {
  return [{ name: "", options }, ...commands].flatMap(({ name, options }) =>
    options
      .filter(({ values }) => values.kind !== "none")
      .map(({ long, values }) => `    "${name} ${long}") ids=""; ${assignments(values, "")} ;;\n`),
  );
}

function assignments(values: Values, options: string): string {
  const choices = values.kind === "choices" ? values.choices : [];
  const words = `words="${[...choices, options].join(" ").trim()}"`;
  return values.kind === "ids" ? `${words}; ids=${values.of}` : words;
}

function longOptions({ options }: Pick<CompletedProgram, "options">): string {
  return options.map(({ long }) => long).join(" ");
}
