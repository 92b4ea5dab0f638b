import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aPastRun, aReportOrder, pageOf } from "../support/past-runs.js";
import { startBrowser } from "./support/browser.js";
import { makePageFolder, openPage, type PageFolder } from "./support/report-page.js";
import { hostile, writtenPage } from "./support/report-run.js";

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

const rowsOf = (page: Page) => page.locator("table.orders tbody tr:visible");
const search = (page: Page) => page.getByRole("searchbox", { name: "Search" });
const told = (page: Page) => page.getByRole("status");

describe("searching orders", () => {
  it("narrows the table and announces how many are left", async () => {
    const { page, trouble } = await openPage(browser, address);
    expect(await told(page).getAttribute("aria-live")).toBe("polite");
    expect(await told(page).textContent()).toBe("6 orders");
    await search(page).fill("elm");
    await page.getByText("2 of 6 orders").waitFor();
    expect(await rowsOf(page).locator(".address").allTextContents()).toEqual(["456 Elm St", "7 Elm St"]);
    await search(page).fill("elm a-1001 A");
    await page.getByText("1 of 6 orders").waitFor();
    await search(page).fill("");
    await page.getByText("6 orders", { exact: true }).waitFor();
    expect(await rowsOf(page).count()).toBe(6);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it("finds products by name, states by word, and takes the text as text", async () => {
    const { page, trouble } = await openPage(browser, address);
    for (const [text, found] of [
      ["laptop", 3],
      ["delivered since", 1],
      ["not enough stock", 2],
      ["[.*", 0],
      [hostile, 3],
    ] as const) {
      await search(page).fill(text);
      await page.getByText(`${found} of 6 orders`).waitFor();
      expect(await page.getByText("No order matches.").isVisible()).toBe(found === 0);
    }
    await search(page).press("Enter");
    expect(page.url()).toBe(address);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it("narrows by status, together with the text; a status that no order has is no choice", async () => {
    const { page } = await openPage(browser, address);
    const statuses = page.getByRole("group", { name: "Status" }).getByRole("radio");
    const names = await statuses.evaluateAll((inputs) => inputs.map((input) => input.parentElement?.textContent));
    expect(names.slice(0, 1)).toEqual(["All 6"]);
    expect(await page.getByRole("radio").filter({ visible: true }).count()).toBe(3);
    await page.getByRole("radio", { name: "Cancelled 3" }).check();
    await page.getByText("3 of 6 orders").waitFor();
    await search(page).fill("oak");
    await page.getByText("2 of 6 orders").waitFor();
    expect(await rowsOf(page).locator(".address").allTextContents()).toEqual(["8 Oak St", "9 Oak St"]);
    await page.context().close();
  });

  it("works by keyboard alone, and shows where it is", async () => {
    const { page } = await openPage(browser, address);
    await page.keyboard.press("Tab");
    expect(await page.getByRole("link", { name: "Skip to the orders" }).isVisible()).toBe(true);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    const outlineOf = (selector: string) =>
      page.locator(selector).evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(await outlineOf("input[type=search]:focus")).toBe("solid");
    await page.keyboard.type("oak");
    await page.keyboard.press("Tab");
    expect(await outlineOf("input[type=radio]:focus + span")).toBe("solid");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.getByText(/^\d of 6 orders$/).waitFor();
    await page.context().close();
  });

  it("stays right with 10,000 orders", async () => {
    const orders = Array.from({ length: 10_000 }, (_, index) => aReportOrder({ index, address: `${index} Way` }));
    const large = await folder.keep("large.html", await pageOf({ past: aPastRun(orders) }));
    const { page } = await openPage(browser, large);
    await page.getByText("10,000 orders", { exact: true }).waitFor();
    await search(page).fill("9999 way");
    await page.getByText("1 of 10,000 orders").waitFor();
    expect(await rowsOf(page).locator(".place").textContent()).toBe("10,000");
    await page.context().close();
  });
});

describe("hostile text", () => {
  it("stands there as text and does nothing", async () => {
    const { page, trouble, requests } = await openPage(browser, address);
    expect(await page.evaluate(() => "broken" in window)).toBe(false);
    expect(await page.locator("img, iframe, object, link").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(1);
    expect(await page.locator("table.orders").getByText(hostile).first().isVisible()).toBe(true);
    expect({ trouble, requests }).toEqual({ trouble: [], requests: [address] });
    await page.context().close();
  });

  it("could do nothing even out of its place: the page's policy stops it", async () => {
    const escaped = (await writtenPage()).replace("456 Elm St", hostile);
    const { page, requests, failures } = await openPage(browser, await folder.keep("broken.html", escaped));
    expect(await page.locator("img").count()).toBe(1);
    expect(await page.evaluate(() => "broken" in window)).toBe(false);
    expect([...failures]).toEqual([[requests[1], "csp"]]);
    await page.context().close();
  });
});

describe("without any script", () => {
  it("shows every order, and no controls that would not work", async () => {
    const { page } = await openPage(browser, address, { javaScriptEnabled: false });
    expect(await page.locator("table.orders tbody tr").filter({ visible: true }).count()).toBe(6);
    expect(await page.locator("#order-tools").isVisible()).toBe(false);
    await page.context().close();
  });
});
