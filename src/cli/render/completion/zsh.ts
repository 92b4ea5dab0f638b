import {
  type CompletedCommand,
  type CompletedOption,
  type CompletedProgram,
  type Values,
  valuedOptions,
} from "./model.js";

/** A zsh script: the same as bash's, with what each command and option is for. */
export function zshCompletion(program: CompletedProgram): string {
  return `#compdef warehouse
# warehouse completion for zsh; in ~/.zshrc: source <(warehouse completion zsh), or as _warehouse in fpath
_warehouse() {
  local command="" ids="" word skip="" files="" previous=$words[CURRENT-1]
  local -a commands choices options found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $skip ]]; then skip=""; continue; fi
    case "$word" in
      ${valuedOptions(program).join("|")}) skip=1 ;;
      -*) ;;
      *) command=$word; break ;;
    esac
  done
  case "$command" in
    "") commands=(${program.commands.map(described).join(" ")}); options=(${program.options.map(describedOption).join(" ")}) ;;
${program.commands.map(commandCase).join("")}  esac
  case "$command $previous" in
${optionCases(program).join("")}  esac
  (( $#commands )) && _describe -t commands command commands
  (( $#choices )) && compadd -a choices
  if [[ -n $ids && $PREFIX != -* ]]; then
    found=("\${(@f)$(warehouse complete-ids $ids --line "\${(j: :)words[1,CURRENT-1]}" 2>/dev/null)}")
    compadd -M 'm:{a-z}={A-Z}' -- \${found:#}
  fi
  if [[ $PREFIX == -* ]]; then _describe -o -t options option options; fi
  [[ -n $files && $PREFIX != -* ]] && _files
  return 0
}
if [[ $funcstack[1] == _warehouse ]]; then _warehouse "$@"; else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
  compdef _warehouse warehouse
fi
`;
}

function commandCase({ name, argument, options }: CompletedCommand): string {
  return `    ${name}) ${assignments(argument)}options=(${options.map(describedOption).join(" ")}) ;;\n`;
}

function optionCases({ commands, options }: CompletedProgram): string[] {
  return [{ name: "", options }, ...commands].flatMap(({ name, options }) =>
    options
      .filter(({ values }) => values.kind !== "none")
      .map(
        ({ long, values }) =>
          `    ${quoted(`${name} ${long}`)}) ids="" files="" choices=() options=(); ${assignments(values)};;\n`,
      ),
  );
}

function assignments(values: Values): string {
  switch (values.kind) {
    case "ids":
      return `ids=${values.of}; `;
    case "choices":
      return `choices=(${values.choices.map(quoted).join(" ")}); `;
    case "any":
      return "files=1; ";
    case "none":
      return "";
  }
}

function described({ name, description }: Pick<CompletedCommand, "name" | "description">): string {
  return quoted(`${name}:${description.replaceAll(":", "\\:")}`);
}

function describedOption({ long, description }: CompletedOption): string {
  return described({ name: long, description });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
