// Explore as a person uses it: pointer, keyboard, address.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cleanUp, closePage, countOf, launch, openPage, placeOf, rowNames, settled, startServer, waitForCount, windowOf } from "./support.mjs";
import { explore, MINUTE, shopDay, UPGRADE, WINDOW } from "./shop.mjs";

let server;
let browser;
before(async () => {
  server = await startServer();
  await server.report(shopDay());
  browser = await launch();
});
after(() => cleanUp(browser));

const open = async (address = explore(), options = {}) => {
  const page = await openPage(browser, server.url + address, options);
  await page.locator(".table-row").first().waitFor();
  return page;
};
const inWindow = shopDay().filter((event) => {
  const start = event.start ?? event.end;
  const end = event.end ?? (event.start === undefined ? start : Infinity);
  return start < WINDOW.to && end >= WINDOW.from;
});

test("counts, lanes and table show what the window holds", async () => {
  const page = await open();
  await waitForCount(page, inWindow.length);
  const lanes = await page.locator(".strip.scrolled .lane-name").allInnerTexts();
  assert.match(lanes[0], /^K8S/);
  assert.ok(lanes.some((text) => text.startsWith("checkout")), String(lanes));
  assert.deepEqual((await rowNames(page)).slice(0, 1), [
    inWindow.toSorted((a, b) => (b.start ?? b.end) - (a.start ?? a.end))[0].name,
  ]);
  await closePage(page);
});

test("dragging over the lanes zooms, Backspace goes back", async () => {
  const page = await open();
  const from = await placeOf(page, "checkout", UPGRADE);
  const to = await placeOf(page, "checkout", UPGRADE + 20 * MINUTE);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction((old) => window.location.href !== old, server.url + explore());
  const zoomed = windowOf(page);
  assert.ok(Math.abs(zoomed.from - UPGRADE) < MINUTE && Math.abs(zoomed.to - UPGRADE - 20 * MINUTE) < MINUTE, JSON.stringify(zoomed));
  await page.keyboard.press("Backspace");
  await page.waitForURL(server.url + explore());
  await waitForCount(page, inWindow.length);
  await closePage(page);
});

test("dragging over the histogram zooms too", async () => {
  const page = await open();
  const box = await page.locator(".histogram").boundingBox();
  await page.mouse.move(box.x + box.width * 0.25, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 30, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction((old) => window.location.href !== old, server.url + explore());
  const { from, to } = windowOf(page);
  assert.ok(Math.abs((to - from) / (WINDOW.to - WINDOW.from) - 0.25) < 0.01);
  await closePage(page);
});

test("Shift-drag pans, Ctrl and the wheel zoom at the pointer", async () => {
  const page = await open();
  const at = await placeOf(page, "checkout", UPGRADE);
  await page.mouse.move(at.x, at.y);
  await page.keyboard.down("Shift");
  await page.mouse.down();
  await page.mouse.move(at.x + 100, at.y, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await page.waitForFunction((old) => window.location.href !== old, server.url + explore());
  const panned = windowOf(page);
  assert.equal(panned.to - panned.from, WINDOW.to - WINDOW.from);
  assert.ok(panned.from < WINDOW.from);
  const before = page.url();
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -200);
  await page.keyboard.up("Control");
  await page.waitForFunction((old) => window.location.href !== old, before);
  const zoomed = windowOf(page);
  assert.ok(zoomed.to - zoomed.from < panned.to - panned.from);
  await closePage(page);
});

test("a facet includes with a click, excludes with Alt, and takes both back", async () => {
  const page = await open();
  const facet = page.locator(".facet", { hasText: "checkout" });
  const ofCheckout = inWindow.filter((event) => event.source.service === "checkout").length;
  await facet.click();
  await waitForCount(page, ofCheckout);
  assert.match(page.url(), /[?&]service=checkout/);
  await facet.click();
  await waitForCount(page, inWindow.length);
  await facet.click({ modifiers: ["Alt"] });
  await waitForCount(page, inWindow.length - ofCheckout);
  assert.match(page.url(), /[?&]service=-checkout/);
  await page.locator(".facet.excluded").click();
  await waitForCount(page, inWindow.length);
  await closePage(page);
});

test("a chosen facet leaves its siblings in sight, to choose as well or instead", async () => {
  const page = await open();
  const facet = (name) => page.locator("section[aria-label=Service] .facet", { hasText: name });
  const of = (...names) => inWindow.filter((event) => names.includes(event.source.service)).length;
  await facet("checkout").click();
  await waitForCount(page, of("checkout"));
  await settled(page);
  assert.equal(Number(await facet("payments").locator(".count").innerText()), of("payments"));
  await facet("payments").click();
  await waitForCount(page, of("checkout", "payments"));
  await facet("checkout").click();
  await waitForCount(page, of("payments"));
  assert.equal(await facet("payments").getAttribute("aria-pressed"), "true");
  // The number of errors is still that of what is shown.
  await page.locator("section[aria-label=Type] .facet", { hasText: "Normal" }).click();
  await page.waitForFunction(() => document.querySelector(".counts .error")?.textContent === "0");
  assert.ok(Number(await page.locator("section[aria-label=Type] .facet", { hasText: "Error" }).locator(".count").innerText()) > 0);
  await closePage(page);
});

test("keys of parameters are completed, and their values", async () => {
  const page = await open();
  const option = (text) => page.locator("[role=option]", { hasText: text });
  await page.keyboard.press("/");
  await page.keyboard.type("parameter.restart");
  await option("parameter.restartCount:").waitFor();
  await page.keyboard.press("Tab");
  await option("parameter.restartCount:9").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.locator("#query").inputValue(), "parameter.restartCount:9");
  await page.keyboard.press("Enter");
  await waitForCount(page, inWindow.filter((event) => event.parameters.restartCount === 9).length);
  await closePage(page);
});

test("inside parentheses values are completed, and stay where they are", async () => {
  const page = await open();
  const option = (text) => page.locator("[role=option]", { hasText: text });
  await page.keyboard.press("/");
  for (const [typed, taken] of [["name:(Roll", "name:Rollback"], [" OR Upgr", "name:Upgrade"]]) {
    await page.keyboard.type(typed);
    await option(taken).waitFor();
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type(") (service:chec");
  await option("service:checkout").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.type(")");
  await page.keyboard.press("Enter");
  await waitForCount(page, 2);
  assert.equal(new URL(page.url()).searchParams.get("q"), "name:(Rollback OR Upgrade) (service:checkout)");
  assert.equal(await page.locator(".chip").count(), 0);
  await closePage(page);
});

test("a typed query is completed, and becomes a filter", async () => {
  const page = await open();
  await page.keyboard.press("/");
  await page.keyboard.type("nam");
  await page.locator("[role=option]", { hasText: "name:" }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.type("Roll");
  const option = page.locator("[role=option]", { hasText: "name:Rollback" });
  await option.waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await waitForCount(page, 1);
  assert.match(page.url(), /[?&]name=Rollback/);
  assert.match(await page.locator(".chip").innerText(), /name:\s*Rollback/);
  await closePage(page);
});

test("a mistake is underlined, in the server's words, with a way on", async () => {
  const page = await open();
  await page.keyboard.press("/");
  await page.keyboard.type("name:Rollback OR servce:checkout");
  await page.keyboard.press("Enter");
  const mistake = page.locator(".mistake");
  await mistake.waitFor();
  assert.match(await mistake.innerText(), /At 18: 'servce' is no field, expected 'service'/);
  assert.match(await mistake.innerText(), /request [0-9a-f]+/);
  assert.equal(await page.locator(".underline u").innerText(), "servce:checkout");
  assert.ok((await rowNames(page)).length > 0, "the last good answer stays");
  await mistake.getByRole("button", { name: "Use service" }).click();
  await waitForCount(page, inWindow.filter((event) => event.source.service === "checkout").length);
  await closePage(page);
});

test("the address is the whole state: loaded anew, it shows the same", async () => {
  const page = await open(explore("&service=checkout&tz=America/New_York"));
  await page.locator(".table-row", { hasText: "Upgrade" }).click();
  await page.locator(".drawer h2", { hasText: "Upgrade" }).waitFor();
  const shown = async () => ({
    count: await countOf(page), rows: await rowNames(page), title: await page.locator(".drawer h2").innerText(),
    first: await page.locator(".table-row .c-start").first().innerText(), range: await page.locator(".time-picker > button").innerText(),
  });
  const before = await shown();
  const address = page.url();
  await page.reload();
  await page.locator(".drawer h2", { hasText: "Upgrade" }).waitFor();
  await waitForCount(page, before.count);
  assert.deepEqual(await shown(), before);
  assert.equal(page.url(), address);
  assert.match(before.range, /UTC−05/);
  await closePage(page);
});

test("a shape on the canvas opens its event", async () => {
  const page = await open();
  const at = await placeOf(page, "payments", UPGRADE + 15 * MINUTE);
  await page.mouse.move(at.x, at.y);
  await page.locator(".hover-card", { hasText: "CircuitBreaker" }).waitFor();
  await page.mouse.click(at.x, at.y);
  await page.locator(".drawer h2", { hasText: "CircuitBreaker" }).waitFor();
  await closePage(page);
});

test("from the search to the drawer without a mouse", async () => {
  const page = await open();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "query");
  await page.keyboard.type("type:Error");
  await page.keyboard.press("Enter");
  await waitForCount(page, inWindow.filter((event) => event.type === "Error").length);
  await settled(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const second = await page.locator(".table-row").nth(1).locator(".c-name").innerText();
  await page.keyboard.press("Enter");
  await page.locator(".drawer h2").waitFor();
  assert.equal(await page.locator(".drawer h2").innerText(), second.split(" ×")[0]);
  const selected = new URL(page.url()).searchParams.get("sel");
  await page.keyboard.press(",");
  await page.waitForFunction((id) => new URLSearchParams(window.location.search).get("sel") !== id, selected);
  await page.keyboard.press("Escape");
  await page.locator(".drawer").waitFor({ state: "detached" });
  await closePage(page);
});

test("every key does what its list says", async () => {
  const page = await open();
  const moved = async (key) => {
    const old = page.url();
    await page.keyboard.press(key);
    await page.waitForFunction((before) => window.location.href !== before, old);
    const window_ = windowOf(page);
    await page.keyboard.press("Backspace");
    await page.waitForURL(old);
    await settled(page);
    return window_;
  };
  const length = WINDOW.to - WINDOW.from;
  const after = {};
  for (const key of ["w", "s", "a", "d", "[", "]", "f"]) after[key] = await moved(key);
  assert.equal(Math.round((after.w.to - after.w.from) / length * 100), 50);
  assert.equal(Math.round((after.s.to - after.s.from) / length * 100), 200);
  assert.ok(after.a.from < WINDOW.from && after.d.from > WINDOW.from);
  assert.equal(after["]"].from, WINDOW.to);
  assert.equal(after["["].to, WINDOW.from);
  assert.ok(after.f.from >= WINDOW.from - MINUTE && after.f.to <= WINDOW.to + MINUTE, JSON.stringify([after.f, WINDOW]));
  await page.keyboard.press("?");
  await page.locator("[role=dialog] h2", { hasText: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
  await page.keyboard.press("j");
  const name = await page.locator(".table-row.focused .c-name").innerText();
  await page.keyboard.press("p");
  await page.waitForFunction(() => new URLSearchParams(window.location.search).has("pin"));
  await page.keyboard.press("x");
  await page.waitForFunction((value) => new URLSearchParams(window.location.search).get("name") === `-${value}`, name);
  await page.keyboard.press("t");
  await page.waitForFunction(() => window.location.search.includes("live=1"));
  await closePage(page);
});

test("rows, and the events of lanes, are walked to and fro by keys", async () => {
  const page = await open();
  const focused = () => page.locator(".table-row.focused .c-start").innerText();
  await page.keyboard.press("j");
  const first = await focused();
  await page.keyboard.press("j");
  assert.notEqual(await focused(), first);
  await page.keyboard.press("k");
  assert.equal(await focused(), first);
  const walked = async (key) => {
    const old = new URL(page.url()).searchParams.get("sel");
    await page.keyboard.press(key);
    await page.waitForFunction((id) => new URLSearchParams(window.location.search).get("sel") !== id, old);
    return new URL(page.url()).searchParams.get("sel");
  };
  const upgrade = inWindow.find((event) => event.name === "Upgrade").id;
  await page.goto(server.url + explore(`&sel=${upgrade}`));
  await page.locator(".drawer h2", { hasText: "Upgrade" }).waitFor();
  for (const [there, back] of [[".", ","], ["ArrowRight", "ArrowLeft"]]) {
    assert.notEqual(await walked(there), upgrade);
    assert.equal(await walked(back), upgrade);
  }
  const below = await walked("ArrowDown");
  assert.notEqual(inWindow.find((event) => event.id === below).source.service, "checkout");
  await walked("ArrowUp");
  await closePage(page);
});

test("a change is known by the server's names, whatever their case", async () => {
  const own = await startServer({ settings: ["query.change_names=GoLive"] });
  await own.report([
    { name: "GOLIVE", service: "shop", start: UPGRADE, end: UPGRADE }, { name: "Deploy", service: "shop", start: UPGRADE, end: UPGRADE },
    // Too many to be shown one by one.
    ...Array.from({ length: 5001 }, (_, i) => ({ id: `e-${i}`, name: "Tick", service: "clock", start: UPGRADE + i, end: UPGRADE + i })),
  ]);
  const page = await openPage(browser, "about:blank");
  const asked = page.waitForRequest((request) => /\/events\?.*name=GOLIVE/.test(request.url()));
  await page.goto(`${own.url}/ui/?from=${UPGRADE - MINUTE}&to=${UPGRADE + MINUTE}`);
  assert.doesNotMatch((await asked).url(), /Deploy/);
  await closePage(page);
  await own.remove();
});

test("a request that takes long says so, and can be cancelled; what was shown stays", async () => {
  // Intercepted from the beginning: a page that is there may still send what it asks next past it.
  const page = await openPage(browser, "about:blank");
  let isHeld = false;
  let letGo;
  const held = new Promise((resolve) => {
    letGo = resolve;
  });
  await page.route("**/api/v1/lanes?*", async (route) => {
    if (!isHeld) return route.fallback();
    await held;
    return route.abort();
  });
  await page.goto(server.url + explore());
  await page.locator(".table-row").first().waitFor();
  await settled(page);
  isHeld = true;
  await page.keyboard.press("s");
  await page.locator(".slow").waitFor();
  await page.keyboard.press("Escape");
  await settled(page);
  assert.ok((await rowNames(page)).length > 0);
  letGo();
  await closePage(page);
});

test("an answer that lacks something says so, with its reason", async () => {
  const page = await openPage(browser, "about:blank");
  await page.route("**/api/v1/facets?*", async (route) => {
    const answer = await route.fetch();
    const body = { ...(await answer.json()), complete: false, incomplete: [{ reason: "deadline", detail: "the query took too long" }] };
    await route.fulfill({ response: answer, json: body });
  });
  await page.goto(server.url + explore());
  await page.locator(".incomplete", { hasText: "took too long" }).waitFor();
  assert.match(await page.locator(".counts .total").innerText(), /≥/);
  await closePage(page);
});

test("an error of the server is shown with its request id and a way on", async () => {
  const page = await openPage(browser, "about:blank");
  let fails = true;
  await page.route("**/api/v1/events?*", async (route) => {
    if (!fails) return route.fallback();
    return route.fulfill({
      status: 500, contentType: "application/problem+json",
      json: { type: "about:blank", title: "It broke", status: 500, detail: "A wheel came off.", request_id: "0123abcd" },
    });
  });
  await page.goto(server.url + explore());
  const failure = page.locator(".failure", { hasText: "A wheel came off." });
  await failure.waitFor();
  assert.match(await failure.innerText(), /0123abcd/);
  fails = false;
  await failure.getByRole("button").first().click();
  await page.locator(".table-row").first().waitFor();
  await failure.waitFor({ state: "detached" });
  await closePage(page);
});

test("the drawer covers neither histogram nor lanes", async () => {
  for (const width of [900, 1024, 1279, 1280]) {
    const page = await open(explore("&sel=shop-0"), { width, height: 768 });
    await page.locator(".drawer .neighbours li").first().waitFor();
    const drawer = await page.locator(".drawer").boundingBox();
    for (const part of [".histogram", ".lane-area"]) {
      const box = await page.locator(part).boundingBox();
      assert.ok(box.x + box.width <= drawer.x || box.y + box.height <= drawer.y + 1, `${part} at ${width} px: ${JSON.stringify([box, drawer])}`);
      assert.ok(box.height > 80, `${part} at ${width} px is ${box.height} px high`);
    }
    // All of it can be scrolled to.
    const body = await page.locator(".drawer-body").evaluate((box) => [box.scrollWidth, box.clientWidth]);
    assert.ok(body[0] <= body[1], `${body[0]} px wide in ${body[1]} at ${width} px`);
    await closePage(page);
  }
});

test("the table begins at its newest row or at its oldest", async () => {
  const page = await open();
  const first = page.locator(".table-row").first().locator("time").first();
  const startOf = async () => Date.parse(await first.getAttribute("title"));
  const newest = await startOf();
  const oldest = Math.min(...inWindow.map((event) => event.start ?? event.end));
  await page.keyboard.press("End");
  await page.waitForURL(/order=asc/);
  await page.locator("[aria-sort=ascending]").waitFor();
  await settled(page);
  assert.equal(await startOf(), oldest);
  await page.keyboard.press("j");
  await page.locator("#row-0.focused").waitFor();
  await page.keyboard.press("Home");
  await page.locator("[aria-sort=descending]").waitFor();
  await settled(page);
  assert.equal(await startOf(), newest);
  await page.locator(".table-header button").click();
  await page.locator("[aria-sort=ascending]").waitFor();
  await page.goBack();
  await page.locator("[aria-sort=descending]").waitFor();
  await closePage(page);
});

test("times say by which clocks they are", async () => {
  const page = await open();
  assert.match(await page.locator(".table-header .c-start").innerText(), /UTC\+01/);
  const at = await placeOf(page, "payments", UPGRADE + 15 * MINUTE);
  await page.mouse.move(at.x, at.y);
  await page.locator(".hover-card", { hasText: "UTC+01" }).waitFor();
  await page.goto(`${server.url}/ui/changes?from=now-30d&tz=Asia/Kolkata`);
  await page.locator(".page-head", { hasText: "times are UTC+05:30" }).waitFor();
  assert.match(await page.locator("tbody tr", { hasText: "Rollback" }).locator("[title]").first().getAttribute("title"), /\+05:30/);
  await closePage(page);
});

test("among counts what lasts is still a bar, and is counted once", async () => {
  const own = await startServer();
  const from = UPGRADE - 30 * MINUTE;
  await own.report([
    { id: "outage", name: "Outage", service: "clock", type: "Error", start: UPGRADE - 20 * MINUTE, end: UPGRADE + 10 * MINUTE },
    { id: "open", name: "Import", service: "etl", start: UPGRADE },
    ...Array.from({ length: 5001 }, (_, i) => ({ id: `e-${i}`, name: "Tick", service: "clock", start: from + i * 600, end: from + i * 600 })),
  ]);
  const page = await openPage(browser, `${own.url}/ui/?from=${from}&to=${UPGRADE + 30 * MINUTE}`);
  await waitForCount(page, 5003);
  await settled(page);
  await page.locator(".more-lanes", { hasText: "Columns count the events that begin there; what lasts 1 m or longer is a bar." }).waitFor();
  const card = page.locator(".hover-card");
  const column = await placeOf(page, "clock", UPGRADE - 20 * MINUTE + 1000);
  await page.mouse.move(column.x, column.y);
  await card.filter({ hasText: /events begin here/ }).waitFor();
  assert.doesNotMatch(await card.innerText(), /error/, "the outage is the bar below");
  for (const [lane, name, below] of [["clock", "Outage", 20], ["etl", "Import", 0]]) {
    const bar = await placeOf(page, lane, UPGRADE + 5 * MINUTE);
    await page.mouse.move(bar.x, bar.y + below);
    await card.filter({ hasText: name }).waitFor();
  }
  const bar = await placeOf(page, "clock", UPGRADE);
  await page.mouse.click(bar.x, bar.y + 20);
  await page.locator(".drawer h2", { hasText: "Outage" }).waitFor();
  await closePage(page);
  await own.remove();
});

test("Back undoes each step: a filter, a page, the drawer", async () => {
  const page = await open();
  await waitForCount(page, inWindow.length);
  await page.locator(".facet", { hasText: "checkout" }).click();
  await page.waitForURL(/service=checkout/);
  const filtered = page.url();
  await page.locator(".table-row", { hasText: "Rollback" }).click();
  await page.locator(".drawer h2", { hasText: "Rollback" }).waitFor();
  await page.locator(".drawer").getByText("What came before").click();
  await page.locator("h1", { hasText: "Before" }).waitFor();
  await page.goBack();
  await page.locator(".drawer h2", { hasText: "Rollback" }).waitFor();
  await page.goBack();
  await page.waitForURL(filtered);
  await page.locator(".drawer").waitFor({ state: "detached" });
  await page.goBack();
  await waitForCount(page, inWindow.length);
  await page.goForward();
  await page.waitForURL(filtered);
  await closePage(page);
});

test("a service unfolds into its instances", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Unfold checkout" }).click();
  await page.locator(".lane-name.depth-2", { hasText: "…x2k9q" }).waitFor();
  assert.match(decodeURIComponent(page.url()), /open=K8S›checkout/);
  await closePage(page);
});

test("what is shown can be taken along as CSV, JSON and NDJSON", async () => {
  const page = await open(explore("&service=checkout"));
  const expected = inWindow.filter((event) => event.source.service === "checkout").length;
  const count = { CSV: (text) => text.trim().split(/\r?\n/).length - 1, JSON: (text) => JSON.parse(text).length, NDJSON: (text) => text.trim().split("\n").length };
  for (const [format, lines] of Object.entries(count)) {
    await page.getByRole("button", { name: "More" }).click();
    const started = page.waitForEvent("download");
    await page.locator(".more-menu .popover").getByText(format, { exact: true }).click();
    const stream = await (await started).createReadStream();
    let text = "";
    for await (const chunk of stream) text += chunk;
    assert.equal(lines(text), expected, format);
    await page.keyboard.press("Escape");
  }
  await closePage(page);
});

test("a view is saved under a name, taken along as a file, found again, and taken away", async () => {
  const page = await open(explore("&service=checkout"));
  await page.getByRole("button", { name: "More" }).click();
  await page.getByLabel("Name of the view").fill("bad upgrade");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.locator(".views", { hasText: "bad upgrade" }).waitFor();
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save all as a file" }).click();
  let text = "";
  for await (const chunk of await (await started).createReadStream()) text += chunk;
  assert.deepEqual(JSON.parse(text), { views: [{ name: "bad upgrade", query: explore("&service=checkout").slice("/ui/?".length) }] });
  await page.goto(`${server.url}/ui/`);
  await page.getByRole("button", { name: "More" }).click();
  await page.locator(".views").getByText("bad upgrade").click();
  await page.waitForURL(server.url + explore("&service=checkout"));
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: "Delete bad upgrade" }).click();
  await page.locator(".views li").waitFor({ state: "detached" });
  await closePage(page);
});

test("nothing found says where the nearest are", async () => {
  const page = await openPage(browser, `${server.url}/ui/?from=${UPGRADE - 40 * MINUTE}&to=${UPGRADE - 30 * MINUTE}&name=Rollback`);
  await page.locator(".nothing", { hasText: "No event matches in this window" }).waitFor();
  await page.locator(".nothing .button").first().click();
  await page.locator(".table-row", { hasText: "Rollback" }).waitFor();
  await closePage(page);
});
