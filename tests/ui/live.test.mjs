// Live: events that come in, end and go, a connection that is lost, a server that begins anew.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cleanUp, closePage, launch, openPage, rowNames, startProxy, startServer, waitForCount } from "./support.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => cleanUp(browser));

const live = (url) => openPage(browser, `${url}/ui/?from=now-1h&live=1`);
const isConnected = (page) => page.locator(".live.on[data-tail=on]").waitFor();
const row = (page, text) => page.locator(".table-row", { hasText: text });

test("what is reported appears, ends and is withdrawn before one's eyes", async () => {
  const server = await startServer();
  await server.report([{ id: "old", name: "Old", service: "a", start: "now-10m", end: "now-9m" }]);
  const page = await live(server.url);
  await isConnected(page);
  await server.report([{ id: "run", name: "Import", service: "etl", start: "now" }]);
  await row(page, "Import").filter({ hasText: "open" }).waitFor();
  await page.locator(".strip.scrolled .lane-name", { hasText: "etl" }).waitFor();
  await server.report([{ id: "run", type: "Error", end: "now" }]);
  await page.locator(".table-row.error", { hasText: "Import" }).waitFor();
  assert.equal(await row(page, "Import").filter({ hasText: "open" }).count(), 0);
  await fetch(`${server.url}/api/v1/events/run`, { method: "DELETE" });
  await row(page, "Import").waitFor({ state: "detached" });
  assert.deepEqual(await rowNames(page), ["Old"]);
  await closePage(page);
  await server.remove();
});

test("while one reads further down, new rows wait in a pill", async () => {
  const server = await startServer();
  await server.report(Array.from({ length: 200 }, (_, i) => (
    { id: `old-${i}`, name: `Old ${i}`, service: "a", start: `now-${i + 1}s`, end: `now-${i + 1}s` })));
  const page = await live(server.url);
  await isConnected(page);
  await row(page, "Old 3").first().waitFor();
  await page.locator(".table").evaluate((table) => {
    table.scrollTop = 1000;
  });
  await page.waitForFunction(() => document.querySelector(".table")?.scrollTop === 1000);
  await server.report([
    { name: "Fresh", service: "a", start: "now", end: "now" }, { name: "Broken", service: "a", type: "Error", start: "now", end: "now" },
  ]);
  const pill = page.locator(".pill", { hasText: "2 new, 1 error" });
  await pill.waitFor();
  assert.equal(await row(page, "Fresh").count(), 0);
  await pill.click();
  await row(page, "Fresh").waitFor();
  assert.equal(await page.locator(".table").evaluate((table) => table.scrollTop), 0);
  await closePage(page);
  await server.remove();
});

test("counts follow what comes in", async () => {
  const server = await startServer();
  await server.report([{ name: "First", service: "a", start: "now", end: "now" }]);
  const page = await live(server.url);
  await isConnected(page);
  await waitForCount(page, 1);
  await server.report([{ name: "Second", service: "a", start: "now", end: "now" }]);
  await row(page, "Second").waitFor();
  const shown = performance.now();
  await waitForCount(page, 2);
  assert.ok(performance.now() - shown < 3000, "not seconds behind the rows");
  await page.locator("section[aria-label=Service] .facet", { hasText: "a" }).filter({ hasText: "2" }).waitFor();
  await closePage(page);
  await server.remove();
});

test("live follows its filters", async () => {
  const server = await startServer();
  await server.report([{ name: "First", service: "a", start: "now", end: "now" }]);
  const page = await openPage(browser, `${server.url}/ui/?from=now-1h&live=1&service=a`);
  await isConnected(page);
  await server.report([{ name: "Hidden", service: "b", start: "now", end: "now" }]);
  await server.report([{ name: "Shown", service: "a", start: "now", end: "now" }]);
  await row(page, "Shown").waitFor();
  assert.equal(await row(page, "Hidden").count(), 0);
  await closePage(page);
  await server.remove();
});

test("a server that begins anew under the open page leaves no gap", async () => {
  let server = await startServer();
  await server.report([{ name: "First", service: "a", start: "now", end: "now" }]);
  const page = await live(server.url);
  await isConnected(page);
  await row(page, "First").waitFor();
  await server.stop();
  await page.locator(".slow.lost", { hasText: "The live connection is lost" }).waitFor();
  const { data: directory, port } = server;
  server = await startServer({ directory, port });
  await server.report([{ name: "Meanwhile", service: "a", start: "now", end: "now" }]);
  await isConnected(page);
  await row(page, "Meanwhile").waitFor();
  await page.locator(".slow.lost").waitFor({ state: "detached" });
  assert.equal(await row(page, "First").count(), 1);
  await closePage(page);
  await server.remove();
});

test("a page whose server is away says so, keeps what it shows, and goes on by itself", async () => {
  let server = await startServer();
  await server.report([{ name: "First", service: "a", start: "now", end: "now" }]);
  const page = await openPage(browser, `${server.url}/ui/?from=now-1h`);
  await row(page, "First").waitFor();
  await server.stop();
  await page.keyboard.press("s");
  const failure = page.locator(".failure", { hasText: "The server cannot be reached" });
  await failure.waitFor();
  assert.match(await failure.innerText(), /Trying again in \d+ s\. What you see is from/);
  assert.equal(await row(page, "First").count(), 1);
  const { data: directory, port } = server;
  server = await startServer({ directory, port });
  await failure.waitFor({ state: "detached" });
  await row(page, "First").waitFor();
  await closePage(page);
  await server.remove();
});

test("all of it works below a path that only the proxy knows", async () => {
  const server = await startServer();
  const proxy = await startProxy(server.url, "/ops/tidings");
  await server.report([{ id: "a/b", name: "First", service: "a", start: "now", end: "now" }]);
  const page = await live(proxy.url);
  await isConnected(page);
  await server.report([{ name: "Second", service: "a", start: "now", end: "now" }]);
  await row(page, "Second").waitFor();
  await page.goto(await row(page, "First").locator(".c-name a").getAttribute("href"));
  await page.locator("h1", { hasText: "First" }).waitFor();
  for (const name of ["Changes", "Before", "Status", "Explore"]) {
    await page.locator(".top-bar nav").getByText(name).click();
    await page.locator("h1", { hasText: name }).waitFor({ state: "attached" });
    assert.ok(page.url().startsWith(`${proxy.url}/ui/`), page.url());
    await page.reload();
    await page.locator("h1", { hasText: name }).waitFor({ state: "attached" });
  }
  await closePage(page);
  proxy.stop();
  await server.remove();
});
