#!/usr/bin/env node
const tab = process.argv[2] === "complete-ids" && (process.argv.length === 4 || process.argv[4] === "--line");
const { main } = tab ? await import("../dist/cli/complete.js") : await import("../dist/cli/main.js");

process.exitCode = await main(process);
