import type { Command } from "commander";

/** Which ids a command's arguments are, by the argument's name. */
const idKinds: Readonly<Record<string, string>> = { product: "products", order: "orders", id: "orders" };
/** `run <id>` takes a run's. */
const notOrders = new Set(["run"]);

/**
 * A bash script that completes commands and options of the program's tree, and asks `complete-ids` for ids.
 *
 * Ids reach the shell as text that is only compared, never expanded.
 */
export function bashCompletion(program: Command): string {
  const commands = program.commands.filter(isShown);
  const names = [...commands.map((command) => command.name()), "help"].join(" ");
  return `# warehouse completion for bash; in ~/.bashrc: source <(warehouse completion bash)
_warehouse() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" command="" words="" ids="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $word != -* ]]; then command=$word; break; fi
  done
  case "$command" in
    "") words="${names} ${optionsOf(program)}" ;;
${commands.map(caseOf).join("")}  esac
  COMPREPLY=()
  for word in $words; do
    if [[ ($word != -* || $cur == -*) && $word == "$cur"* ]]; then COMPREPLY+=("$word"); fi
  done
  if [[ -n $ids && $cur != -* ]]; then
    while IFS= read -r word; do
      if [[ $word == "$cur"* ]]; then COMPREPLY+=("$word"); fi
    done < <(warehouse complete-ids "$ids" 2>/dev/null)
  fi
}
complete -o default -F _warehouse warehouse
`;
}

const hidden = new Set(["complete-ids"]);

function isShown(command: Command): boolean {
  return !hidden.has(command.name());
}

function caseOf(command: Command): string {
  const kind = idKinds[command.registeredArguments[0]?.name() ?? ""];
  const ids = kind === undefined || notOrders.has(command.name()) ? "" : `; ids=${kind}`;
  return `    ${command.name()}) words="${optionsOf(command)}"${ids} ;;\n`;
}

function optionsOf({ options }: Command): string {
  return [...options.flatMap(({ long }) => long ?? []), "--help"].join(" ");
}
