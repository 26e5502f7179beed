// The other pages, and that each is fit for all: themes, phones, screen readers.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { BINARY, cleanUp, closePage, createToken, launch, openPage, startServer } from "./support.mjs";
import { explore, MINUTE, shopDay, UPGRADE } from "./shop.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let server;
let empty;
let closed;
let browser;
const folder = mkdtempSync(path.join(tmpdir(), "tidings-tokens-"));
before(async () => {
  const tokens = path.join(folder, "tokens");
  createToken(tokens, "query");
  [server, empty, closed, browser] = await Promise.all([
    startServer(), startServer(), startServer({ settings: [`auth.tokens_file=${tokens}`] }), launch(),
  ]);
  await server.report(shopDay());
});
after(async () => {
  await cleanUp(browser);
  rmSync(folder, { recursive: true });
});

const PAGES = {
  explore: [() => server.url + explore(), ".table-row"],
  drawer: [() => server.url + explore("&sel=shop-0"), ".drawer .neighbours li"],
  event: [() => `${server.url}/ui/event/shop-5`, ".neighbours li"],
  changes: [() => `${server.url}/ui/changes?from=now-30d`, ".rows tbody tr"],
  before: [() => `${server.url}/ui/before?t=${UPGRADE + 10 * MINUTE}&service=checkout`, ".rows tbody tr"],
  status: [() => `${server.url}/ui/status`, ".receivers tbody tr"],
  empty: [() => `${empty.url}/ui/`, ".listening li"],
  mistake: [() => `${server.url}/ui/?q=servce:checkout`, ".mistake"],
  "nothing found": [() => `${server.url}${explore("&service=nobody")}`, ".nothing"],
  "no event": [() => `${server.url}/ui/event/nobody`, ".failure"],
  login: [() => `${closed.url}/ui/`, ".login form"],
};

test("a permalink shows the event, its neighbours and how it arrived", async () => {
  const page = await openPage(browser, `${server.url}/ui/event/shop-5`);
  await page.locator("h1", { hasText: "BackOff" }).waitFor();
  assert.match(await page.locator(".event-page").innerText(), /Back-off restarting failed container checkout in pod checkout-6b8f5d9c7-x2k9q/);
  assert.match(await page.locator(".figures").innerText(), /22 m 18 s/);
  await page.locator(".neighbours a", { hasText: "Upgrade" }).first().click();
  await page.locator("h1", { hasText: "Upgrade" }).waitFor();
  await page.goBack();
  await page.locator("h1", { hasText: "BackOff" }).waitFor();
  await page.locator(".neighbours .current").waitFor();
  await page.keyboard.press(",");
  await page.waitForFunction(() => !window.location.pathname.endsWith("/shop-5"));
  await closePage(page);
});

test("awkward ids have permalinks as well", async () => {
  for (const id of ["a/b?c#d%20", "..", "ü \u202e&=", "'\"<x>"]) {
    await server.report([{ id, name: `Named ${id}`, service: "ids", start: UPGRADE, end: UPGRADE }]);
    const page = await openPage(browser, `${server.url}/ui/?from=${UPGRADE - 1000}&to=${UPGRADE + 1000}&service=ids&name=${encodeURIComponent(`Named ${id}`)}`);
    const link = await page.locator(".table-row .c-name a").getAttribute("href");
    await page.goto(link);
    const shown = `Named ${id.replace("\u202e", "⟨U+202E⟩")}`;
    await page.locator("h1", { hasText: shown }).waitFor();
    await page.reload();
    await page.locator("h1", { hasText: shown }).waitFor();
    await closePage(page);
  }
});

test("what is not there says so", async () => {
  const page = await openPage(browser, `${server.url}/ui/event/nobody`);
  await page.locator("h1", { hasText: "There is no such event" }).waitFor();
  assert.match(await page.locator(".failure").innerText(), /request [0-9a-f]+/);
  await closePage(page);
});

test("changes: a row per service, with what came after", async () => {
  const page = await openPage(browser, `${server.url}/ui/changes?from=now-30d`);
  const row = page.locator(".rows tbody tr", { hasText: "checkout" });
  await row.waitFor();
  assert.match(await row.innerText(), /Rollback[\s\S]*1\.25\.0 → 1\.24\.3/);
  await page.getByRole("button", { name: "Upgrade" }).click();
  await page.locator(".rows tbody tr", { hasText: "Upgrade" }).waitFor();
  assert.equal(await page.locator(".rows tbody tr").count(), 1);
  await closePage(page);
});

test("before: the bad upgrade is ranked first", async () => {
  const page = await openPage(browser, `${server.url}/ui/before?t=${UPGRADE + 11 * MINUTE}&service=checkout`);
  const rows = page.locator(".rows tbody tr:not(.class-row)");
  await rows.first().waitFor();
  assert.match(await rows.first().innerText(), /Upgrade/);
  assert.match(await page.locator(".class-row").first().innerText(), /Changes in checkout/);
  await page.getByRole("combobox", { name: "Service" }).selectOption("payments");
  await page.waitForURL(/service=payments/);
  await page.locator(".class-row", { hasText: "payments" }).first().waitFor();
  await closePage(page);
});

/// Waits until the server has made an interval of that name: some time after its points came.
async function derived(from, name) {
  for (let events = []; events.length === 0;) {
    ({ events } = await (await fetch(`${from.url}/api/v1/events?from=0&limit=1&name=${name}`)).json());
  }
}

test("each question of the on-call guide is answered by its link", async () => {
  const guide = readFileSync(new URL("../../docs/guides/on-call.md", import.meta.url), "utf8");
  const links = [...guide.matchAll(/^On the page: <http:\/\/127\.0\.0\.1:12800([^>]+)>/gm)].map((match) => match[1]);
  assert.equal(links.length, guide.match(/^## /gm).length, "a link for each question");
  const shop = await startServer();
  const demo = spawnSync(BINARY, ["demo", "--address", shop.url, "--end", "2026-11-24T08:00:00Z"], { encoding: "utf8" });
  assert.equal(demo.status, 0, demo.stderr);
  await derived(shop, "Downtime");
  const answers = [/Backup[\s\S]*Reindex|Reindex[\s\S]*Backup/, /Upgrade/, /Deploy/, /OOMKilled/, /1\.5\.0/, /Downtime/, /checkout/, /Upgrade/];
  const page = await openPage(browser, `${shop.url}/ui/status`);
  for (const [i, link] of links.entries()) {
    await page.goto(shop.url + link);
    await page.locator("main", { hasText: answers[i] }).waitFor();
  }
  await closePage(page);
  await shop.remove();
});

test("status tells of every receiver that listens, also of one that was never used", async () => {
  const page = await openPage(browser, `${server.url}/ui/status`);
  const receiver = (name) => page.locator(".receivers tbody tr", { hasText: name });
  await receiver("SkyWalking gRPC").filter({ hasText: "never" }).waitFor();
  assert.match(await receiver("REST").innerText(), new RegExp(`:${server.port} /api/v1`));
  assert.equal(await receiver("OTLP HTTP").count(), 0, "its listener is off");
  assert.equal(await receiver("REST").locator(".series i").count(), 24);
  assert.ok(await receiver("REST").locator(".series i").last().evaluate((bar) => bar.offsetHeight) > 20);
  await closePage(page);
});

test("a test event is sent, read back and withdrawn", async () => {
  const page = await openPage(browser, `${server.url}/ui/status`);
  await page.getByRole("button", { name: "Send a test event" }).click();
  await page.locator(".outcome", { hasText: "Sent, stored and read back" }).waitFor();
  await page.getByRole("button", { name: "Withdraw it" }).click();
  await page.locator(".outcome").waitFor({ state: "detached" });
  await closePage(page);
});

test("the empty page shows how to begin, and then the first event", async () => {
  const fresh = await startServer();
  const page = await openPage(browser, `${fresh.url}/ui/`);
  await page.locator("h1", { hasText: "Nothing has been reported yet" }).waitFor();
  assert.match(await page.locator(".code").innerText(), new RegExp(`curl ${fresh.url}/api/v1/events`));
  for (const name of ["Command line", "SkyWalking", "Flink", "OTLP"]) {
    await page.getByRole("tab", { name }).click();
    assert.ok((await page.locator(".code pre").innerText()).length > 40, name);
  }
  await fresh.report([{ name: "Deploy", service: "checkout", start: "now-2m", end: "now" }]);
  await page.locator(".table-row", { hasText: "Deploy" }).waitFor();
  await closePage(page);
  await fresh.remove();
});

for (const [name, [address, landmark]] of Object.entries(PAGES)) {
  for (const theme of ["dark", "light"]) {
    for (const width of [1440, 390]) {
      test(`${name}, ${theme}, ${width} px: nothing serious for axe, nothing wider than the page`, async () => {
        const page = await openPage(browser, address(), { theme, width, height: width < 640 ? 844 : 900 });
        await page.locator(landmark).first().waitFor();
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
        const serious = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
        assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(" | ")}`), []);
        const { scroll, client } = await page.evaluate(() => ({
          scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth,
        }));
        assert.ok(scroll <= client, `${scroll} px wide in ${client}`);
        await closePage(page);
      });
    }
  }
}
