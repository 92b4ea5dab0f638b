import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where distributions and people keep a Chromium; `CHROMIUM` names another. */
const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** It runs without a sandbox, which root needs, since all it opens is our own page; and it asks nobody anything. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A headless Chromium with a new, empty profile. */
export async function startBrowser(): Promise<Browser> {
  const named = process.env["CHROMIUM"];
  const executablePath = named ?? places.find((place) => existsSync(place));
  if (executablePath === undefined) {
    throw new Error("There is no Chromium: install one (apt-get install chromium), or set CHROMIUM to its path");
  }
  return chromium.launch({ executablePath, headless: true, args: flags });
}
