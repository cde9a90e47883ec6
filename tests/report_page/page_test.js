// Goal: the page of a result works in a browser, by mouse and by keyboard, asks nobody for anything and lets
// no text of a result become markup.
//
// Method: Chromium without a window opens the pages that report_page_test.py has made, is told what a person
// would do, and is asked what there is to see. Pictures of the page are left beside the pages.

import assert from "node:assert/strict";
import { test, before, after } from "node:test";
import { readFile } from "node:fs/promises";
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

test("a sweep shows the clairvoyant bound, saturated points and the knee", () => open(address("sweep"), {}, async (page) => {
  const legend = await text(page, "#trade .legend");
  for (const word of ["front", "clairvoyant bound", "saturated"]) { assert.ok(legend.includes(word), word); }
  assert.match(await text(page, "#trade .plot svg"), /\(knee\)/);
  assert.match(await text(page, "#points-table tbody"), /no batchingsaturated/);
  assert.equal(await page.locator("#points-table .tag").filter({ hasText: "knee" }).count(), 1);
}));

test("a tune shows its median, its parts and its batches", () => open(address("tune"), {}, async (page) => {
  for (const id of ["sizes", "percentiles", "parts", "reasons"]) {
    assert.ok(await page.locator(`#${id} svg path`).count() > 3, id);
  }
  assert.match(await text(page, "#tiles"), /Median latency\d+ ms/);
  assert.match(await text(page, "#points-table thead"), /p50/);
}));

test("all policies are compared by what they cost, each once", () => open(address("policies"), {}, async (page) => {
  const report = JSON.parse(await text(page, "#report"));
  assert.equal(await page.locator("#policies-table tbody tr").count(), report.policies.length);
  assert.ok(report.policies.length >= 9);
  const drawn = await text(page, "#policy-costs .plot svg");
  for (const name of ["window", "natural", "balance", "linger"]) { assert.ok(drawn.includes(name), name); }
  assert.match(await text(page, "#remark"), /The cheapest at 100 ms a batch: /);
  await page.locator("#policies-table tbody tr").filter({ hasText: /^natural/ }).click();
  assert.equal(await text(page, "#tiles b"), "natural");
}));

// Reported, not judged: it depends on who else uses the machine. The processor's part depends on that less.
test("two hundred points are drawn; how long that takes is told", async () => {
  const median = (values) => Math.round(values.sort((a, b) => a - b)[Math.floor(values.length / 2)]);
  const times = { whole: [], processor: [] };
  for (let i = 0; i < 5; ++i) {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    await page.goto(address("many"));
    times.whole.push(await page.evaluate(() => new Promise((done) => {
      requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0));
    })));
    const { metrics } = await session.send("Performance.getMetrics");
    times.processor.push(1000 * metrics.find(({ name }) => name === "TaskDuration").value);
    assert.ok(await page.locator(".plot svg").count() >= 6);
    assert.ok(await page.locator("#points-table tbody tr").count() >= 200);
    await page.close();
  }
  const [load] = (await readFile("/proc/loadavg", "utf8")).split(" ");
  console.log(`200 points, from the start to the last chart: ${median(times.whole)} ms, ${median(times.processor)} ms of it on the processor (medians of 5, at a load of ${load})`);
});

test("a comparison says first what is worse, and which demand failed", () => open(address("compared-runs"), {}, async (page) => {
  assert.match(await text(page, "#headline"), /^A demand fails\. Different in \d of 9 quantities$/);
  assert.match(await text(page, "#reason"), /^B is worse: .*mean wait \+\S+ %/);
  assert.deepEqual(await page.locator("#demands li b").allTextContents(), ["✗ failed", "✓ passed"]);
  assert.match(await text(page, "#warnings"), /the scenarios differ in batcher\.policy\.window: 50ms, then 55ms/);
  const forest = await text(page, "#quantities .plot svg");
  for (const words of ["mean wait", "p99 latency", "worse", "no difference shown", "requests saved"]) { assert.ok(forest.includes(words), words); }
  assert.match(await text(page, "#quantities > p"), /The same in both: .*calls that failed/);
  for (const id of ["percentiles", "parts"]) { assert.ok(await page.locator(`#${id} svg path`).count() > 3, id); }
  assert.match(await text(page, "#command"), /^batchlab compare before after --fail-if 'wait.mean worse by 5%' .*\n\n#.*\nbatchlab run a\/scenario.json/s);
  assert.equal(await page.locator("#facts tr.differs").count() > 1, true);
}));

test("the table of a comparison sorts, by mouse and by keyboard", () => open(address("compared-runs"), {}, async (page) => {
  const head = page.locator("#pairs-table th").filter({ hasText: /^B against A/ });
  await head.locator("button").click();
  const shares = async () => (await page.locator("#pairs-table tbody td:nth-child(4)").allTextContents()).map(parseFloat).filter((value) => !Number.isNaN(value));
  const up = await shares();
  assert.deepEqual(up, [...up].sort((a, b) => a - b));
  await page.keyboard.press("Enter");
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  assert.deepEqual(await shares(), [...up].reverse());
}));

test("equal results show no difference", () => open(address("compared-equal"), {}, async (page) => {
  assert.equal(await text(page, "#headline"), "No difference shown in 9 quantities");
  assert.equal(await page.locator("#warnings").isVisible(), false);
  assert.equal(await page.locator("#demands-box").isVisible(), false);
}));

test("sweeps are compared point by point, by any quantity", () => open(address("compared-sweeps"), {}, async (page) => {
  assert.match(await text(page, "#headline"), /^Different in \d+ of \d+ quantities at \d+ points$/);
  assert.ok(await page.locator("#over-windows svg circle, #over-windows svg path").count() > 10);
  await page.locator("#quantity").selectOption("latency.mean");
  assert.match(await text(page, "#over-windows > p"), /^Mean latency: B against A/);
  assert.match(page.url(), /quantity=latency\.mean/);
  const row = page.locator("#points-table tbody tr").filter({ hasText: /^20 ms/ });
  await row.focus();
  await page.keyboard.press("Enter");
  assert.equal(await row.getAttribute("aria-selected"), "true");
  assert.equal(await text(page, "#table-title"), "All quantities at 20 ms");
  await page.keyboard.press("ArrowDown");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^30 ms/);
  await page.locator("#pairs-table tbody tr").filter({ hasText: /^Median latency/ }).click();
  assert.match(await text(page, "#over-windows > p"), /^Median latency/);
}));

test("the address of a comparison restores point, quantity and theme", () =>
  open(`${address("compared-sweeps")}#point=3&quantity=latency.p50&theme=dark`, {}, async (page) => {
    assert.equal(await page.locator("#quantity").inputValue(), "latency.p50");
    assert.equal(await page.locator("#point").inputValue(), "3");
    assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  }));

test("names in a comparison that are markup are shown and do nothing", () => open(address("compared-evil"), {}, async (page) => {
  assert.match(await text(page, "#title"), /<\/script><img src=x onerror=alert\(1\)>/);
  assert.match(await text(page, "#subtitle"), /B: <script><img src=x onerror=alert\(1\)>/);
  assert.equal(await page.locator("img").count(), 0);
  for (const one of await page.locator("#points-table tr[data-point]").all()) { await one.click(); }
}));

test("the keyboard reaches everything in the order in which it stands", () => open(address("sweep"), {}, async (page) => {
  const order = [];
  for (let i = 0; i < 8; ++i) {
    await page.keyboard.press("Tab");
    order.push(await page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.textContent));
  }
  assert.deepEqual(order.slice(0, 4), ["skip", "theme", "target", "points-scroll"]);
  await page.locator("#target").focus();
  for (const [key, value] of [["ArrowRight", "310 ms"], ["ArrowLeft", "300 ms"], ["ArrowDown", "290 ms"]]) {
    await page.keyboard.press(key);
    assert.equal(await text(page, "#target-value"), value, key);
  }
  await page.keyboard.press("PageUp");
  assert.ok(parseFloat(await text(page, "#target-value")) > 310);
  assert.match(await page.locator("#target").getAttribute("aria-valuetext"), / m?s$/);
}));

const looks = { light: {}, dark: { colorScheme: "dark" }, narrow: { viewport: { width: 400, height: 800 } },
  print: { viewport: { width: 720, height: 1000 }, print: true } };
for (const name of ["sweep", "run", "tune", "policies", "compared-runs", "compared-sweeps"]) {
  for (const [look, options] of Object.entries(looks)) {
    test(`a picture is taken: ${name}, ${look}, and nothing is wider than the page`, () =>
      open(address(name), options, async (page) => {
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= page.viewportSize().width, `${width} pixels`);
        if (name === "sweep") { assert.match(await page.locator("#trade .plot svg").textContent(), /no batching/); }
        await page.screenshot({ path: `${folder}/${name}-${look}.png`, fullPage: true });
      }));
  }
}
