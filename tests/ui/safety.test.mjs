// What events bring is text, who may not read sees nothing, and much of it is no trouble.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { cleanUp, closePage, createToken, launch, openPage, settled, startServer, waitForCount } from "./support.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => cleanUp(browser));

const START = Date.UTC(2026, 10, 21, 2, 0, 0);
const WINDOW = `from=${START - 60_000}&to=${START + 60_000}`;
const hostile = readFileSync(new URL("testdata/hostile.txt", import.meta.url), "utf8").split("\n").filter((line) => line !== "")
  .map((line) => line.replace(/\\u\{([0-9a-f]+)\}/g, (_, code) => String.fromCodePoint(parseInt(code, 16))))
  .map((line) => line.replace("LONG", "w".repeat(200)));

test("hostile text in every field changes nothing on any page, and breaks no layout", async () => {
  const server = await startServer();
  await server.report(hostile.map((text, i) => ({
    id: `${i} ${text}`.slice(0, 100), name: text.slice(0, 200), message: `${text} {k} ${text}`, parameters: { k: text, [text.slice(0, 200)]: text },
    source: { service: text.slice(0, 200), instance: text.slice(0, 200), endpoint: text.slice(0, 200) }, layer: text.slice(0, 40),
    type: i % 2 ? "Error" : "Normal", start: START + i, ...(i % 3 ? { end: START + i } : {}),
  })));
  for (const width of [1440, 390]) {
    const page = await openPage(browser, `${server.url}/ui/?${WINDOW}`, { width, height: 900 });
    page.on("dialog", (dialog) => page.troubles.push(`a dialog: ${dialog.message()}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(server.url)) page.troubles.push(`a request to ${request.url()}`);
    });
    const looksWell = async () => {
      const found = await page.evaluate(() => ({
        foreign: document.querySelectorAll("img, iframe, object, embed, form[action], meta[http-equiv], script:not([src*='assets/app'])").length,
        touched: "hacked" in window, wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      }));
      assert.deepEqual(found, { foreign: 0, touched: false, wide: 0 }, page.url());
    };
    await page.locator(".table-row").first().waitFor();
    await looksWell();
    assert.ok((await page.locator(".table-row").allInnerTexts()).some((text) => text.includes("<script>")), "it is there, as text");
    for (let i = 0; i < hostile.length; i += 4) {
      await page.goto(`${server.url}/ui/event/?id=${encodeURIComponent(`${i} ${hostile[i]}`.slice(0, 100))}`);
      await page.locator(".event-page h1").waitFor();
      await looksWell();
    }
    for (const address of [`changes?from=now-30d`, `before?t=${START + 1000}`, "status", `?${WINDOW}&q=${encodeURIComponent(hostile[0])}`, `?${WINDOW}&service=${encodeURIComponent(hostile[1])}&sel=${encodeURIComponent(hostile[2])}`]) {
      await page.goto(`${server.url}/ui/${address}`);
      await page.locator("h1").first().waitFor({ state: "attached" });
      await page.waitForLoadState("networkidle");
      await looksWell();
    }
    await closePage(page);
  }
  await server.remove();
});

test("with tokens the page asks for one, and shows nothing before", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "tidings-tokens-"));
  const file = path.join(folder, "tokens");
  const [query, ingest] = [createToken(file, "query"), createToken(file, "ingest")];
  const server = await startServer({ settings: [`auth.tokens_file=${file}`] });
  await server.report([{ name: "Secret", service: "a", start: "now", end: "now" }], { authorization: `Bearer ${ingest}` });
  const page = await openPage(browser, `${server.url}/ui/?from=now-1h&live=1`);
  const field = page.getByLabel("Token");
  await field.waitFor();
  assert.ok(!(await page.content()).includes("Secret"));
  assert.ok(await field.evaluate((input) => input === document.activeElement), "it can be typed at once");
  await field.fill("tdg_wrong");
  await page.getByRole("button", { name: "Enter" }).click();
  await page.locator(".wrong-text", { hasText: "This token is not known here" }).waitFor();
  await field.fill(query);
  await page.getByRole("button", { name: "Enter" }).click();
  await page.locator(".table-row", { hasText: "Secret" }).waitFor();
  await page.locator(".live.on[data-tail=on]").waitFor();
  assert.equal(await page.evaluate(() => document.cookie), "", "scripts cannot read the cookie");
  const [cookie] = await page.context().cookies();
  assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, "Strict"]);
  await page.goto(`${server.url}/ui/status`);
  await page.getByRole("button", { name: "Log out" }).click();
  await field.waitFor();
  await closePage(page);
  await server.remove();
  rmSync(folder, { recursive: true });
});

test("a hundred thousand events: density, a table without a blank row, spans after zooming in", async () => {
  const server = await startServer();
  const COUNT = 100_000;
  const SPAN = 24 * 3_600_000;
  for (let first = 0; first < COUNT; first += 20_000) {
    await server.report(Array.from({ length: 20_000 }, (_, k) => {
      const i = first + k;
      const start = START + Math.floor((i / COUNT) * SPAN);
      return {
        id: `e-${i}`, name: `Name${i % 7}`, source: { service: `service-${i % 20}` }, layer: "K8S", type: i % 50 ? "Normal" : "Error",
        start, end: start + (i % 3 ? 0 : 30_000),
      };
    }));
  }
  const page = await openPage(browser, `${server.url}/ui/?from=${START}&to=${START + SPAN}`);
  await waitForCount(page, COUNT);
  await settled(page);
  const scrolled = await page.evaluate(async () => {
    const table = document.querySelector(".table");
    let blank = 0;
    for (let i = 0; i < 60; i++) {
      table.scrollTop += 2000;
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      const { top, bottom } = table.getBoundingClientRect();
      const rows = [...table.querySelectorAll(".table-row")].map((row) => row.getBoundingClientRect());
      const covered = rows.filter((row) => row.bottom > top + 28 && row.top < bottom).reduce((sum, row) => sum + row.height, 0);
      if (covered < bottom - top - 28 - 1) blank++;
    }
    return { blank, top: table.scrollTop };
  });
  assert.equal(scrolled.blank, 0);
  assert.ok(scrolled.top > 20_000, "it went far");
  await page.keyboard.press("End");
  const first = page.locator("#row-0 time");
  await page.locator("[aria-sort=ascending]").waitFor();
  await page.waitForFunction((oldest) => Date.parse(document.querySelector("#row-0 time")?.title) === oldest, START);
  assert.ok(await first.isVisible());
  await page.goto(`${server.url}/ui/?from=${START}&to=${START + SPAN}&sel=e-60000`);
  await page.locator(".table-row[aria-selected=true] time").waitFor({ timeout: 60_000 });
  const tag = await page.locator(".table-row[aria-selected=true] time").getAttribute("title");
  assert.equal(Date.parse(tag), START + 0.6 * SPAN);
  await page.goto(`${server.url}/ui/?from=${START}&to=${START + SPAN / 48}`);
  await waitForCount(page, COUNT / 48 + 1 | 0);
  await settled(page);
  await page.keyboard.press("j");
  await page.keyboard.press(",");
  await page.locator(".table-row.focused").waitFor();
  await closePage(page);
  await server.remove();
});
