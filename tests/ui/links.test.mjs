// Links that say what cannot be shown, answers that do not come, and texts and screens of unusual size.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cleanUp, closePage, launch, openPage, settled, startServer } from "./support.mjs";
import { explore, MINUTE, shopDay, UPGRADE, WINDOW } from "./shop.mjs";

const LONG = "recommendation-engine-personalised-eu-west-1-canary";
const HUGE = "w".repeat(200);

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  await server.report([...shopDay(),
    { id: "open", name: "Import", service: "etl", start: "now-10m" },
    { id: "huge", name: "Deploy", source: { service: HUGE, instance: HUGE }, start: "now-1m", end: "now" }]);
});
after(() => cleanUp(browser));

const open = async (address, options = {}) => openPage(browser, `${server.url}/ui/${address}`, options);
const failure = (page) => page.locator(".failure");

test("a zone that is none gives way to the reader's own, and the page says so", async () => {
  const page = await open(`?from=${WINDOW.from}&to=${WINDOW.to}&tz=Mars/Base`);
  await page.locator(".table-row").first().waitFor();
  assert.match(await page.locator(".pulse").innerText(), /no zone Mars\/Base: times are by your clock/);
  assert.match(await page.locator(".time-picker > button").innerText(), /UTC\+01/);
  await closePage(page);
});

test("what a link says wrong is refused in the server's words, and can be dropped", async () => {
  const wrong = {
    "?from=xyz": ["from", /'xyz' is no time/],
    "?from=now-1h&to=yesterday": ["to", /'yesterday' is no time/],
    "?from=now-1h&to=now-2h": ["from", /expected from <= to/],
    "?from=now-1h&type=banana": ["type", /'banana', expected Normal or Error/],
    "before?t=2026-11-30T05:00:00": ["t", /has no offset/],
    "before?t=yesterday": ["t", /'yesterday' is no time/],
    "changes?from=xyz": ["from", /'xyz' is no time/],
  };
  const page = await openPage(browser, "about:blank");
  for (const [address, [field, words]] of Object.entries(wrong)) {
    await page.goto(`${server.url}/ui/${address}`);
    await failure(page).waitFor();
    assert.match(await failure(page).innerText(), words, address);
    assert.equal(await page.locator(".table-row, .skeleton").count(), 0, address);
    if (address.startsWith("before")) assert.ok(!(await page.locator(".time-picker").innerText()).includes("now"), address);
    await failure(page).getByRole("button", { name: "Drop" }).click();
    await failure(page).waitFor({ state: "detached" });
    assert.equal(new URL(page.url()).searchParams.get(field), null, address);
  }
  await closePage(page);
});

test("a mistake in a link leaves nothing that looks as if it were loading", async () => {
  const page = await open("?q=servce:checkout");
  await page.locator(".mistake").waitFor();
  await settled(page);
  assert.equal(await page.locator(".skeleton").count(), 0);
  await closePage(page);
});

test("the row that a link has selected is in sight", async () => {
  const page = await open(explore("&sel=shop-0").slice("/ui/".length));
  const row = page.locator(".table-row[aria-selected=true]", { hasText: "Upgrade" });
  await row.waitFor();
  const [inner, outer] = [await row.boundingBox(), await page.locator(".table").boundingBox()];
  assert.ok(inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height, `${inner.y} in ${outer.y} + ${outer.height}`);
  await closePage(page);
});

test("what was cancelled is marked, and can be read again", async () => {
  const page = await openPage(browser, "about:blank");
  let isHeld = true;
  await page.route("**/api/v1/lanes?*", (route) => (isHeld ? undefined : route.continue()));
  await page.goto(`${server.url}${explore()}`);
  await page.getByRole("button", { name: "Cancel" }).click();
  const note = page.locator(".slow", { hasText: "Cancelled" });
  await note.waitFor();
  await page.locator(".center.dim").waitFor();
  isHeld = false;
  await note.getByRole("button", { name: "Read again" }).click();
  await page.locator(".strip.scrolled .lane-name", { hasText: "checkout" }).waitFor();
  await note.waitFor({ state: "detached" });
  isHeld = true;
  await page.locator("button.facet", { hasText: "checkout" }).first().click();
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.match(await note.innerText(), /what you see answers an earlier question/);
  await page.locator(".center.dim").waitFor();
  await closePage(page);
});

test("every page comes back by itself after an answer that may go well later", async () => {
  for (const [address, landmark] of [["changes", "h1"], ["before", ".before"], ["status", ".receivers"], ["event/shop-0", ".event-page"]]) {
    const page = await openPage(browser, "about:blank");
    await page.route("**/api/v1/**", (route) => route.fulfill({
      status: 503, headers: { "retry-after": "1" }, contentType: "application/problem+json", json: { title: "Full", status: 503, detail: "wait" },
    }));
    await page.goto(`${server.url}/ui/${address}`);
    await failure(page).filter({ hasText: "Trying again in" }).waitFor();
    await page.unroute("**/api/v1/**");
    await failure(page).waitFor({ state: "detached" });
    await page.locator(landmark).first().waitFor();
    await closePage(page);
  }
});

test("the top bar claims no rate of a server that is away", async () => {
  const page = await open("changes");
  await page.locator(".pulse", { hasText: "reports/s" }).waitFor();
  await page.route("**/api/v1/**", (route) => route.abort());
  await page.getByRole("button", { name: "7 d" }).click();
  await page.locator(".pulse.lost", { hasText: "no answer from the server" }).waitFor();
  await page.unroute("**/api/v1/**");
  await failure(page).waitFor({ state: "detached" });
  await page.locator(".pulse", { hasText: "reports/s" }).waitFor();
  await closePage(page);
});

test("the last change of an open event is told from its start", async () => {
  const page = await open("event/open");
  const facts = page.locator(".facts").first();
  await facts.waitFor();
  assert.match(await facts.innerText(), /Last change[\s\S]*10 m[^\n]* after its start/);
  assert.doesNotMatch(await facts.innerText(), /its end/);
  await closePage(page);
});

test("live adds nothing to a window in the past, says so, and can move it to now", async () => {
  const page = await open(`?from=now-3h&to=now-2h&live=1`);
  await page.locator(".live.on[data-tail=on]").waitFor();
  const note = page.locator(".slow", { hasText: "This window ends before now" });
  await note.waitFor();
  await server.report([{ id: "fresh", name: "Fresh", service: "fresh", start: "now", end: "now" }]);
  // The tail has brought it: nothing shows it.
  await page.waitForFunction(() => performance.getEntriesByType("resource").filter((r) => r.name.includes("/facets")).length > 1);
  assert.equal(await page.locator(".table-row, .strip.scrolled .lane-name").filter({ hasText: "resh" }).count(), 0);
  await note.getByRole("button", { name: "Move it to now" }).click();
  await page.locator(".table-row", { hasText: "Fresh" }).waitFor();
  assert.match(page.url(), /from=now-3600s/);
  await note.waitFor({ state: "detached" });
  await closePage(page);
});

test("Alt and Enter exclude the first completion, as Tab takes it", async () => {
  const page = await open(explore().slice("/ui/".length));
  await page.locator(".table-row").first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("name:Roll");
  await page.locator("[role=option]", { hasText: "name:Rollback" }).waitFor();
  await page.keyboard.press("Alt+Enter");
  await page.locator(".chip.not", { hasText: "Rollback" }).waitFor();
  assert.match(page.url(), /[?&]name=-Rollback/);
  await closePage(page);
});

test("one long name is cut, and leaves the counts of all in sight; what is incomplete counts at least", async () => {
  const page = await openPage(browser, "about:blank");
  await page.route("**/api/v1/facets?*", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    if (body.facets.service) body.facets.service.values[0].value = LONG;
    await route.fulfill({ response: answer, json: { ...body, complete: false, incomplete: [{ reason: "deadline" }] } });
  });
  await page.goto(`${server.url}${explore()}`);
  await page.locator(".facet", { hasText: LONG }).waitFor();
  const column = await page.locator(".facet-column").boundingBox();
  for (const facet of await page.locator(".facet").all()) {
    const count = await facet.locator(".count").boundingBox();
    assert.ok(count.x + count.width <= column.x + column.width, await facet.innerText());
    for (const text of await facet.locator(".count, .errors").allInnerTexts()) assert.match(text, /^≥/);
  }
  for (const text of await page.locator(".counts b").allInnerTexts()) assert.match(text, /^≥/);
  assert.match(await page.locator(".strip.scrolled .lane-counts").first().innerText(), /^≥.+ \/ ≥/);
  await closePage(page);
});

test("texts of any length wrap, the controls beside them do not", async () => {
  for (const width of [1440, 390]) {
    const page = await open("event/huge", { width });
    await page.locator(".event-page .code").waitFor();
    for (const control of [".crumbs a", ".event-head .actions a", ".card > header .faint"]) {
      const box = await page.locator(control).first().boundingBox();
      assert.ok(box.width > 30 && box.height <= 48, `${control}: ${box.width} × ${box.height}`);
    }
    const text = await page.locator(".code pre").evaluate((pre) => {
      const range = document.createRange();
      range.selectNodeContents(pre);
      return Math.max(...[...range.getClientRects()].map((rect) => rect.right));
    });
    assert.ok(text <= (await page.locator(".code .button").boundingBox()).x, "Copy stands beside the text");
    await closePage(page);
  }
});

test("on a phone the tables use its width, and links are as high as a thumb", async () => {
  const phone = { width: 390, height: 844 };
  const page = await open(`before?t=${UPGRADE + 20 * MINUTE}`, phone);
  await page.locator(".repeats").first().waitFor();
  const [table, why] = [await page.locator("table").boundingBox(), await page.locator("td.why").first().boundingBox()];
  assert.ok(why.width > 120 && Math.abs(table.x + table.width - why.x - why.width) < 3, `${why.x} + ${why.width} in ${table.width}`);
  const isHigh = async (selector) => {
    const { height } = await page.locator(selector).first().boundingBox();
    assert.ok(height >= 44, `${selector}: ${height}`);
  };
  await isHigh("td .two a");
  await isHigh(".repeats a");
  await isHigh("select");
  await page.goto(`${server.url}/ui/changes?from=now-30d`);
  const row = page.locator("tbody tr", { hasText: "Rollback" });
  await row.waitFor();
  assert.ok(await row.getByText("1.24.3").first().isVisible(), "the version stands under the name");
  await isHigh("td .two a");
  await isHigh(".search-field input");
  await page.goto(`${server.url}/ui/event/shop-0`);
  await page.locator(".neighbours li").first().waitFor();
  await isHigh(".neighbours a");
  await page.goto(`${server.url}${explore("&service=checkout")}`);
  await page.locator("button.caret").first().waitFor();
  await isHigh("button.caret");
  await isHigh(".chip button");
  const clipped = await page.locator(".time-picker > button").evaluate((button) => button.scrollWidth - button.clientWidth);
  assert.ok(clipped <= 0, `${clipped} px of the time are cut`);
  await closePage(page);
});

test("overrides of direction are marks to be seen", async () => {
  await server.report([{ id: "bidi", name: "\u202egnp.exe\u202c", message: "to {v}", parameters: { v: "\u2067x\u2069" }, service: "a", start: "now", end: "now" }]);
  const page = await open("event/bidi");
  await page.locator("h1", { hasText: "⟨U+202E⟩gnp.exe⟨U+202C⟩" }).waitFor();
  assert.match(await page.locator(".event-page > .message").innerText(), /to ⟨U\+2067⟩x⟨U\+2069⟩/);
  await closePage(page);
});
