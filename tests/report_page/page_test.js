// Goal: the page of a result works in a browser, by mouse and by keyboard, asks nobody for anything and lets
// no text of a result become markup.
//
// Method: Chromium without a window opens the pages that report_page_test.py has made, is told what a person
// would do, and is asked what there is to see. Pictures of the page are left beside the pages.

import assert from "node:assert/strict";
import { test, before, after } from "node:test";
import { chromium } from "playwright-core";

const [folder, browserPath] = [process.env.REPORT_FOLDER, process.env.REPORT_BROWSER];
const address = (name) => `file://${folder}/${name}.html`;
let browser = null;

before(async () => {
  browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
});
after(async () => { await browser.close(); });

// Opens the page, lets `look` at it, and fails if it complained, asked for something or showed a dialog.
async function open(url, options, look) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, ...options });
  const faults = [];
  page.on("console", (message) => faults.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("dialog", (dialog) => { faults.push("a dialog"); dialog.dismiss(); });
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url.split("#")[0]) { faults.push(`asks for ${request.url()}`); }
  });
  if (options.print) { await page.emulateMedia({ media: "print" }); }
  await page.goto(url);
  await look(page);
  await page.close();
  assert.deepEqual(faults, []);
}

const text = (page, selector) => page.locator(selector).first().textContent();
const selected = (page) => page.locator('#points-table tr[aria-selected="true"]').getAttribute("data-point");

test("the target of the scenario chooses the window that the sweep marks best", () =>
  open(address("sweep"), {}, async (page) => {
    const report = JSON.parse(await text(page, "#report"));
    assert.equal(report.schema, "batchlab.report/1");
    assert.equal(report.points[Number(await selected(page))].label, report.best);
    assert.equal(await text(page, "#target-value"), "300 ms");
    assert.match(await text(page, "#headline"), /^Use a window of 100 ms$/);
  }));

test("the slider moves the recommendation, by keyboard too", () =>
  open(address("sweep"), {}, async (page) => {
    await page.locator("#target").focus();
    await page.keyboard.press("Home");
    assert.match(await text(page, "#headline"), /^Nothing holds /);
    await page.keyboard.press("End");
    assert.match(await text(page, "#headline"), /^Use a window of 300 ms$/);
    assert.match(page.url(), /#target=\d+/);
  }));

test("a row selects its point by mouse and by keyboard, and the charts follow", () =>
  open(address("sweep"), {}, async (page) => {
    const row = page.locator("#points-table tbody tr").filter({ hasText: /^20 ms/ });
    await row.click();
    assert.equal(await text(page, "#tiles b"), "20 ms");
    assert.equal(await row.getAttribute("aria-selected"), "true");
    const before_key = await page.locator("#percentiles .plot svg").innerHTML();
    await page.locator("#points-table tbody tr").filter({ hasText: /^50 ms/ }).focus();
    await page.keyboard.press("Enter");
    assert.equal(await text(page, "#tiles b"), "50 ms");
    assert.notEqual(await page.locator("#percentiles .plot svg").innerHTML(), before_key);
  }));

test("a column sorts, and says so", () => open(address("sweep"), {}, async (page) => {
  const head = page.locator("#points-table th").filter({ hasText: /^Saved/ });
  await head.locator("button").click();
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  const saved = await page.locator("#points-table tbody tr td:nth-child(2)").allTextContents();
  const numbers = saved.map(parseFloat);
  assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
}));

test("the address restores target, point and theme", () =>
  open(`${address("sweep")}#target=200&point=4&theme=dark`, {}, async (page) => {
    assert.equal(await text(page, "#target-value"), "200 ms");
    assert.equal(await selected(page), "4");
    assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  }));

test("an address that makes no sense shows the page as it is", () =>
  open(`${address("sweep")}#target=-5&point=99&theme=<b>`, {}, async (page) => {
    assert.equal(await text(page, "#target-value"), "300 ms");
  }));

test("a name that is markup is shown and does nothing", () => open(address("evil"), {}, async (page) => {
  assert.match(await text(page, "#title"), /<\/script><img src=x onerror=alert\(1\)>/);
  assert.equal(await page.locator("img").count(), 0);
  for (const row of await page.locator("#points-table tr[data-point]").all()) { await row.click(); }
  await page.locator("#latency .plot svg").hover();
}));

test("no batching is on every page", async () => {
  for (const name of ["sweep", "run", "tune"]) {
    await open(address(name), {}, async (page) => {
      assert.match(await text(page, "#points-table"), /no batching|unbatched/, name);
    });
  }
});

test("a run shows its batches, arrivals and the bound", () => open(address("run"), {}, async (page) => {
  for (const id of ["sizes", "arrivals", "bound", "percentiles", "parts"]) {
    assert.ok(await page.locator(`#${id} svg path`).count() > 3, id);
  }
}));

test("labels do not cover each other", () => open(address("sweep"), {}, async (page) => {
  for (const id of ["trade", "latency", "percentiles", "saved"]) {
    const boxes = await page.locator(`#${id} .plot svg text`).evaluateAll((all) => all.map((one) => {
      const box = one.getBoundingClientRect();
      return { text: one.textContent, left: box.left, right: box.right, top: box.top + 2, bottom: box.bottom - 2 };
    }));
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => assert.ok(a.right <= b.left || b.right <= a.left
      || a.bottom <= b.top || b.bottom <= a.top, `${id}: "${a.text}" covers "${b.text}"`)));
  }
}));

const looks = { light: {}, dark: { colorScheme: "dark" }, narrow: { viewport: { width: 400, height: 800 } },
  print: { viewport: { width: 720, height: 1000 }, print: true } };
for (const [name, options] of Object.entries(looks)) {
  test(`a picture is taken: ${name}, and nothing is wider than the page`, () =>
    open(address("sweep"), options, async (page) => {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= page.viewportSize().width, `${width} pixels`);
      assert.match(await page.locator("#trade .plot svg").textContent(), /no batching/);
      await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
    }));
}
