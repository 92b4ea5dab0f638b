#!/usr/bin/env node
const tab = process.argv[2] === "complete-ids" && (process.argv.length === 4 || process.argv[4] === "--line");
const { main } = tab ? await import("../dist/bundle/complete.js") : await import("../dist/bundle/main.js");

process.exitCode = await main(process);
