import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** An open page with what went wrong in it and what it asked for. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of scripts and of the page's policy, and dialogs. */
  readonly trouble: readonly string[];
  /** The address of every request, the page's own first. */
  readonly requests: readonly string[];
  /** Why a request came to nothing, by its address. */
  readonly failures: ReadonlyMap<string, string | undefined>;
}

/** Pages kept as files, opened as their reader would. */
export interface PageFolder {
  keep(name: string, markup: string): Promise<string>;
  remove(): Promise<void>;
}

export async function makePageFolder(): Promise<PageFolder> {
  const folder = await mkdtemp(join(tmpdir(), "warehouse-pages-"));
  return {
    async keep(name, markup) {
      const path = join(folder, name);
      await writeFile(path, markup);
      return pathToFileURL(path).href;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Opens a page in a context of its own; close it with `page.context().close()`. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const trouble: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => trouble.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("dialog", (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => requests.push(request.url()));
  const failures = new Map<string, string | undefined>();
  page.on("requestfailed", (request) => failures.set(request.url(), request.failure()?.errorText));
  await page.goto(address);
  return { page, trouble, requests, failures };
}
