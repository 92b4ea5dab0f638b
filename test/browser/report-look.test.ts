import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBrowser } from "./support/browser.js";
import { contrastOf, luminance, ratioOf } from "./support/contrast.js";
import { makePageFolder, openPage, type PageFolder } from "./support/report-page.js";
import { writtenPage } from "./support/report-run.js";

let browser: Browser;
let folder: PageFolder;
let address: string;
beforeAll(async () => {
  [browser, folder] = await Promise.all([startBrowser(), makePageFolder()]);
  address = await folder.keep("report.html", await writtenPage());
}, 60_000);
afterAll(async () => {
  await browser.close();
  await folder.remove();
});

/** Opens the page, does something with it and closes it. */
async function withPage(options: BrowserContextOptions, work: (page: Page) => Promise<void>): Promise<void> {
  const { page } = await openPage(browser, address, options);
  await work(page);
  await page.context().close();
}

const phone: BrowserContextOptions = { viewport: { width: 400, height: 800 }, hasTouch: true, isMobile: true };
const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["a phone", phone],
  ["a phone in the dark", { ...phone, colorScheme: "dark" }],
];

const groundOf = (page: Page): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

describe.each(looks)("in %s", (_, options) => {
  it("has enough contrast in every text", () =>
    withPage(options, async (page) => {
      const { checked, faint } = await contrastOf(page);
      expect(faint).toEqual([]);
      expect(checked).toBeGreaterThan(80);
    }));

  it("has nothing that axe objects to, searched or not", () =>
    withPage(options, async (page) => {
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole("searchbox").fill("nothing has this");
      await page.getByText("No order matches.").waitFor();
      expect(await violationsOf(page)).toEqual([]);
    }));

  it("names its landmarks and tables for a screen reader", () =>
    withPage(options, async (page) => {
      const has = async (role: Parameters<Page["getByRole"]>[0], name?: string): Promise<void> => {
        expect([role, name, await page.getByRole(role, name === undefined ? {} : { name }).count()]).toEqual([
          role,
          name,
          1,
        ]);
      };
      for (const role of ["banner", "main", "contentinfo"] as const) await has(role);
      await has("navigation", "Sections");
      await has("search", "Orders");
      for (const name of ["Totals", "Stock", "Shortages", "Steps"]) await has("region", name);
      for (const name of [
        "Orders of this run",
        "Stock of each product",
        "Products that orders wanted",
        "Each step in order",
      ]) {
        await has("table", name);
      }
      const orders = page.getByRole("table", { name: "Orders of this run" });
      expect(await orders.getByRole("row").count()).toBe(7);
      expect(await orders.getByRole("columnheader").count()).toBe(6);
      expect(await orders.getByRole("rowheader").count()).toBe(6);
    }));
});

interface Violation {
  readonly id: string;
  readonly nodes: readonly string[];
}

async function violationsOf(page: Page): Promise<Violation[]> {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() => window.axe.run());
  expect(passes.length).toBeGreaterThan(20);
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }));
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}

describe("dark mode", () => {
  it("changes the colours", async () => {
    await withPage({ colorScheme: "light" }, async (page) => {
      expect(luminance(await groundOf(page))).toBeGreaterThan(0.8);
    });
    await withPage({ colorScheme: "dark" }, async (page) => {
      expect(luminance(await groundOf(page))).toBeLessThan(0.05);
    });
  });
});

describe("a narrow window", () => {
  it.each([400, 720, 1100])("of %i px has room for large figures", (width) =>
    withPage({ viewport: { width, height: 800 } }, async (page) => {
      const cut = await page.evaluate(() => {
        const cells = [...document.querySelectorAll<HTMLElement>(":is(.orders, .stock) tbody .number:not(.place)")];
        for (const cell of cells) cell.textContent = cell.closest(".orders") ? "1,524,073,949.10" : "1,234,567";
        return cells.filter((cell) => cell.scrollWidth > cell.clientWidth).length;
      });
      expect(cut).toBe(0);
    }),
  );

  it.each([320, 400, 600, 720, 1024])("of %i px needs no scrolling sideways", (width) =>
    withPage({ viewport: { width, height: 800 } }, async (page) => {
      const { content, window } = await page.evaluate(() => ({
        content: document.documentElement.scrollWidth,
        window: document.documentElement.clientWidth,
      }));
      expect(content).toBeLessThanOrEqual(window);
    }),
  );
});

describe("on paper", () => {
  it("has every order whatever was searched for, in dark ink, without controls", () =>
    withPage({ colorScheme: "dark" }, async (page) => {
      await page.getByRole("searchbox").fill("elm");
      await page.getByText("2 of 6 orders").waitFor();
      await page.emulateMedia({ media: "print" });
      expect(await page.locator("table.orders tbody tr").filter({ visible: true }).count()).toBe(6);
      expect(await page.locator("#order-tools, nav").filter({ visible: true }).count()).toBe(0);
      expect(luminance(await groundOf(page))).toBe(1);
      expect((await contrastOf(page)).faint).toEqual([]);
      expect((await page.pdf({ format: "A4" })).subarray(0, 5).toString()).toBe("%PDF-");
    }));
});

describe("ratioOf", () => {
  it.each([
    ["rgb(0, 0, 0)", "rgb(255, 255, 255)", 21],
    ["rgb(119, 119, 119)", "rgb(255, 255, 255)", 4.48],
    ["rgb(10, 20, 30)", "rgb(10, 20, 30)", 1],
  ])("of %s on %s is %d", (one, other, ratio) => {
    expect(ratioOf(one, other)).toBeCloseTo(ratio, 2);
  });
});
