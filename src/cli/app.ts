import type { Planner } from "../planner/planner.js";
import { type Clock, systemClock } from "../shared/clock.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import type { Environment, Host } from "./host.js";
import { commandLine } from "./command-line.js";
import type { Desk } from "./desk.js";
import { Printer, type Render } from "./printer.js";
import { visible } from "./render/visible.js";
import { type DatabaseSettings, databaseSettings, given, type GlobalOptions } from "./settings.js";

export interface ModelOptions {
  readonly model?: string;
  readonly baseUrl?: string;
  /** Seconds for one answer of the model. */
  readonly modelTimeout?: number;
}

/**
 * One invocation of the program: builds and joins what its command asks for, and closes what it opened.
 *
 * Whatever is heavy is imported where it is first needed, so that `stock` never loads the graph.
 */
export class App {
  readonly host: Host;
  readonly clock: Clock = systemClock;
  env: Environment;
  /** What the process ends with if nothing fails. */
  exitCode: ExitCode = exitCodes.done;
  readonly #stop = new AbortController();
  #draining = false;
  #busy = false;
  #options: GlobalOptions = {};
  #printer: Printer;
  #desk: Promise<Desk> | undefined;
  #location: string | undefined;

  constructor(host: Host, env: Environment) {
    this.host = host;
    this.env = env;
    this.#printer = this.#makePrinter();
  }

  /** Takes over what the command line says for every command. */
  configure(options: GlobalOptions): void {
    this.#options = options;
    this.#printer = this.#makePrinter();
  }

  /** The database that stands open, for people. */
  get location(): string | undefined {
    return this.#location;
  }

  get out(): Printer {
    return this.#printer;
  }

  get databaseSettings(): DatabaseSettings {
    return databaseSettings(this.#options, this.env, this.host);
  }

  /** Aborts at the first Ctrl-C; a command that asks for it finishes what is in flight and ends by itself. */
  get stopSignal(): AbortSignal {
    this.#draining = true;
    return this.#stop.signal;
  }

  /** @returns whether the command drains, so that the process need not end at once */
  stop(): boolean {
    this.#stop.abort();
    return this.#draining;
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Said before the database is opened: much will be asked of it. */
  expectMuch(): void {
    this.#busy = true;
  }

  /** The features over the database, opened at the first call. */
  desk(): Promise<Desk> {
    this.#desk ??= this.#openDesk();
    return this.#desk;
  }

  async print<T>(data: T, render: Render<T>): Promise<void> {
    await this.out.print(data, render);
  }

  /** Suggests the next useful commands, to people at a terminal. */
  async suggest(...commands: readonly (readonly string[])[]): Promise<void> {
    if (!this.out.watched) return;
    const look = this.out.errLook;
    const { hangingCommand } = await import("./render/fold.js");
    const lines = commands.flatMap((words, index) =>
      hangingCommand(index === 0 ? "Next: " : "      ", visible(this.command(words)), look),
    );
    await this.out.complain(`${look.paint.faint(lines.join("\n"))}\n`);
  }

  /** Says, even to those who want to hear little, what goes on where this stopped. */
  async tellHowToGoOn(stopped: string, words: readonly string[]): Promise<void> {
    const { hangingCommand } = await import("./render/fold.js");
    const command = hangingCommand("  ", visible(this.command(words)), this.out.errLook);
    await this.out.complain(`${stopped}. To go on:\n${command.join("\n")}\n`);
  }

  /** A command of ours on the same database, as one would type it. */
  readonly command = (words: readonly string[]): string => commandLine(words, this.#options);

  /** The model that is to drive; `undefined` for the rules. @throws WarehouseError as `resolveModel` does */
  async planner({ model, baseUrl, modelTimeout = 120 }: ModelOptions): Promise<Planner | undefined> {
    const name = model ?? given(this.env["WAREHOUSE_MODEL"]);
    if (name === undefined) return undefined;
    const [{ resolveModel }, { createChatModel }, { createLlmPlanner }] = await Promise.all([
      import("../planner/providers.js"),
      import("../planner/chat-model.js"),
      import("../planner/llm.js"),
    ]);
    const endpoint = resolveModel({ model: name, baseUrl, env: this.env });
    const { clock } = this;
    const timeoutMs = modelTimeout * 1000;
    return createLlmPlanner(createChatModel({ endpoint, clock, timeoutMs, maxRetries: 4 }), clock);
  }

  async close(): Promise<void> {
    if (this.#desk === undefined) return;
    const desk = await this.#desk.catch(() => undefined);
    await desk?.database.close();
  }

  async #openDesk(): Promise<Desk> {
    const settings = this.databaseSettings;
    if (settings.uriOverridden) await this.out.note(`note: --data-dir is given, so MONGODB_URI is not used`);
    const { openDesk } = await import("./desk.js");
    const desk = await openDesk({ ...settings, busy: this.#busy }, this.clock);
    this.#location = `database "${settings.dbName}" at ${desk.database.location}`;
    await this.out.detail(`Opened ${this.#location}`);
    for (const note of desk.database.notes) await this.out.note(`note: ${note}`);
    return desk;
  }

  #makePrinter(): Printer {
    const { json = false, quiet = false, verbose = false, color = true } = this.#options;
    return new Printer(this.host, { json, quiet, verbose, color, env: this.env, now: () => this.clock.now() });
  }
}
