import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.js";

const commands = [
  "process",
  "submit",
  "work",
  "seed",
  "stock",
  "receive",
  "adjust",
  "orders",
  "order",
  "deliver",
  "cancel",
  "ledger",
  "audit",
  "doctor",
  "graph",
  "report",
  "db",
  "mcp",
];

describe("warehouse --help", () => {
  it("starts with examples and names every command", async () => {
    const { code, stdout, stderr } = await runCli(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "Examples:
        $ warehouse seed
        $ warehouse process orders.json
        $ warehouse stock

      Usage: warehouse [options] [command]

      An order desk run by a supervised team of agents over MongoDB, in which the agents cannot break the
      books

      Options:
        -V, --version              print the version

      Everywhere:
        --uri <uri>                the MongoDB deployment (env: MONGODB_URI); without one, the embedded
                                   engine
        --db <name>                database name (env: WAREHOUSE_DB; default: warehouse)
        --data-dir <dir>           the embedded engine's files (env: WAREHOUSE_DATA_DIR)
        --json                     one JSON document on stdout, nothing else there
        -q, --quiet                less talk on stderr
        -v, --verbose              more talk on stderr
        --no-color                 plain text (env: NO_COLOR)
        -h, --help                 show help

      Orders:
        process <file...>          Take the orders of files through the agents: stock, order, delivery,
                                   report
        submit <file...>           Only record the orders of files as pending, for work to take up
        work                       Take pending orders through the agents until none is left
        resume [run]               Finish what a stopped run, or any, has left pending
        orders                     List orders, newest first
        order <id>                 Show one order with its history and its stock movements
        deliver <order...>         Mark orders as delivered
        cancel <order...>          Cancel orders and give their units back to stock, once

      Stock:
        seed                       Put the sample products, or those of a file, at exactly their stated
                                   stock
        stock [product...]         Show products and what can still be sold of them
        receive <product> <units>  Book goods in: more units of a product can be sold
        adjust <product> <units>   Correct a product's stock, with the reason; it never falls below zero

      Books:
        ledger                     List stock movements, oldest first
        audit                      Check that stock, ledger, orders and runs agree; exit code 4 if they do
                                   not
        runs                       List past runs, newest first
        run <id>                   Show one run step by step: worker, tool, orders, duration, tokens
        report <run>               Show the report of a past run again, as text or as one self-contained
                                   HTML page

      Around it:
        doctor                     Check what the program needs, each with its fix; changes nothing; exit
                                   code 5 if it cannot work
        graph                      Draw the graph of the agents, as LangGraph has compiled it
        db                         Serve the embedded database to mongosh, Compass or another program
                                   until Ctrl-C
        mcp                        Serve the guarded tools to other programs as an MCP server on stdin and
                                   stdout, read-only
        bench                      Measure speed and size on this machine, in scratch databases
        completion <shell>         Print a script that completes commands, options and ids of products,
                                   orders and runs

      Commands:
        help [command]             show help for a command
      "
    `);
  });

  it("is what the bare command shows, and fits a terminal of 60 columns", async () => {
    const { code, stdout } = await runCli([], { columns: 60 });
    expect(code).toBe(0);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
  });
});

describe.each(commands)("warehouse %s --help", (command) => {
  it("starts with an example of itself", async () => {
    const { code, stdout } = await runCli([command, "--help"]);
    expect(code).toBe(0);
    const [heading, example] = stdout.split("\n");
    expect(heading).toMatch(/^Examples?:$/);
    expect(example).toMatch(new RegExp(`^  \\$ warehouse ${command}( |$)`));
  });

  it("is one JSON document with --json", async () => {
    const { stdout } = await runCli([command, "--json", "--help"]);
    expect(JSON.parse(stdout)).toHaveProperty("text");
  });
});

describe("warehouse process --help", () => {
  it("explains every option", async () => {
    expect((await runCli(["process", "--help"])).stdout).toMatchInlineSnapshot(`
      "Examples:
        $ warehouse process orders.json
        $ warehouse process - --json < orders.ndjson

      Usage: warehouse process [options] <file...>

      Take the orders of files through the agents: stock, order, delivery, report

      Arguments:
        file                     JSON or NDJSON order files; - is standard input

      Options:
        --dry-run                plan and report everything, write nothing
        --again                  place the orders anew even if this input was processed before
        --skip-invalid           process the good orders and list the bad ones
        --all-orders             report every order, however many there are
        --batch-size <n>         orders per graph run
        --concurrency <n>        graph runs at a time
        --model <provider/name>  let a model drive (env: WAREHOUSE_MODEL); default: the rules
        --base-url <url>         an OpenAI-compatible server (env: OPENAI_BASE_URL)
        --max-steps <n>          how often the planner may be asked; the rules finish the rest
        --max-tokens <n>         tokens the model may use; the rules finish the rest
        --timeout <s>            seconds for the planner; the rules finish the rest
        --model-timeout <s>      seconds for one answer of the model (default: 120)
        --no-fallback            leave orders pending when the model fails on the way, and exit 5

      Everywhere:
        --uri <uri>              the MongoDB deployment (env: MONGODB_URI); without one, the embedded
                                 engine
        --db <name>              database name (env: WAREHOUSE_DB; default: warehouse)
        --data-dir <dir>         the embedded engine's files (env: WAREHOUSE_DATA_DIR)
        --json                   one JSON document on stdout, nothing else there
        -q, --quiet              less talk on stderr
        -v, --verbose            more talk on stderr
        --no-color               plain text (env: NO_COLOR)
        -h, --help               show help
      "
    `);
  });
});

describe("warehouse --version", () => {
  it("prints the package's version", async () => {
    expect((await runCli(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
