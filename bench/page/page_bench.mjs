// What the page costs in Chromium: first paint, panning 5,000 spans, scrolling 100,000 rows, memory
// while live. Prints figures; fails when one is beyond its bound.
//   node bench/page/page_bench.mjs      after `npm ci` in tests/ui, with a built binary; LIVE_SECONDS=60
import { cleanUp, closePage, launch, openPage, settled, startServer, waitForCount } from "../../tests/ui/support.mjs";

const LIVE_SECONDS = Number(process.env.LIVE_SECONDS ?? 60);
const START = Date.UTC(2026, 10, 21);
const HOUR = 3_600_000;
const beyond = [];

function tell(what, value, unit, bound) {
  console.log(`${what}: ${value.toFixed(1)} ${unit}, at most ${bound}`);
  if (value > bound) beyond.push(what);
}

const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

const event = (i, count, span, lasting) => ({
  id: `e-${i}`, name: `Name${i % 7}`, source: { service: `service-${i % 20}`, instance: `pod-${i % 60}` }, layer: "K8S",
  type: i % 50 ? "Normal" : "Error", start: START + Math.floor((i / count) * span), end: START + Math.floor((i / count) * span) + lasting(i),
});

async function fill(server, count, span, lasting) {
  for (let first = 0; first < count; first += 10_000) {
    await server.report(Array.from({ length: Math.min(10_000, count - first) }, (_, k) => event(first + k, count, span, lasting)));
  }
}

/// From the last answer that Explore waited for to the frame that shows it.
async function firstPaint(browser) {
  const server = await startServer();
  await fill(server, 4900, HOUR, (i) => (i % 2) * 60_000);
  const page = await openPage(browser, `${server.url}/ui/?from=${START}&to=${START + HOUR}`);
  await settled(page);
  const times = [];
  for (let i = 0; i < 5; i++) {
    await page.reload();
    await settled(page);
    times.push(await page.evaluate(() => new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(() => {
        const answers = performance.getEntriesByType("resource").filter((entry) => /api\/v1\/(lanes|events)/.test(entry.name));
        const shown = performance.getEntriesByName("tidings-lanes")[0]?.startTime ?? performance.now();
        resolve(shown - Math.max(...answers.map((entry) => entry.responseEnd)));
      }));
    })));
  }
  tell("first paint after the answer, median of 5", percentile(times, 0.5), "ms", 200);
  await closePage(page);
  return server;
}

async function panning(browser, server) {
  const page = await openPage(browser, `${server.url}/ui/?from=${START}&to=${START + HOUR}`);
  await waitForCount(page, 4900);
  await settled(page);
  const box = await page.locator(".strip.scrolled canvas").boundingBox();
  await page.evaluate(() => {
    window.longTasks = 0;
    new PerformanceObserver((list) => {
      window.longTasks += list.getEntries().length;
    }).observe({ entryTypes: ["longtask"] });
    performance.clearMeasures();
  });
  await page.keyboard.down("Shift");
  await page.mouse.move(box.x + 700, box.y + 50);
  await page.mouse.down();
  for (let i = 0; i < 120; i++) await page.mouse.move(box.x + 700 - i * 3, box.y + 50);
  const { times, longTasks } = await page.evaluate(() => ({
    times: performance.getEntriesByName("tidings-paint").map((entry) => entry.duration), longTasks: window.longTasks,
  }));
  await page.mouse.up();
  await page.keyboard.up("Shift");
  console.log(`drawing a frame, p95: ${percentile(times, 0.95).toFixed(1)} ms`);
  tell(`drawing a frame while panning 4,900 spans, median of ${times.length}`, percentile(times, 0.5), "ms", 8);
  tell("long frames while panning", longTasks, "", 0);
  await closePage(page);
}

async function scrolling(browser) {
  const server = await startServer();
  await fill(server, 100_000, 24 * HOUR, () => 0);
  const page = await openPage(browser, `${server.url}/ui/?from=${START}&to=${START + 24 * HOUR}`);
  await waitForCount(page, 100_000);
  const blank = await page.evaluate(async () => {
    const table = document.querySelector(".table");
    let count = 0;
    for (let i = 0; i < 200; i++) {
      table.scrollTop += 1000;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const { top, bottom } = table.getBoundingClientRect();
      const rows = [...table.querySelectorAll(".table-row")].map((row) => row.getBoundingClientRect());
      if (!rows.some((row) => row.top <= top + 28) || !rows.some((row) => row.bottom >= bottom)) count++;
    }
    return count;
  });
  tell("frames with a blank row while scrolling 200 screens", blank, "", 0);
  await closePage(page);
  await server.remove();
}

async function memory(browser) {
  const server = await startServer();
  await server.report([{ name: "First", service: "a", start: "now", end: "now" }]);
  const page = await openPage(browser, `${server.url}/ui/?from=now-1m&live=1`);
  await page.locator(".live[data-tail=on]").waitFor();
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    await session.send("HeapProfiler.collectGarbage");
    return (await session.send("Runtime.getHeapUsage")).usedSize / 2 ** 20;
  };
  const sizes = [];
  for (let second = 0; second < LIVE_SECONDS; second++) {
    const next = new Promise((resolve) => setTimeout(resolve, 1000));
    await server.report(Array.from({ length: 100 }, (_, i) => ({ name: `N${i % 9}`, service: `s-${i % 10}`, start: "now", end: "now" })));
    await next;
    if (second % 10 === 9) sizes.push(await heap());
  }
  console.log(`heap every 10 s: ${sizes.map((size) => size.toFixed(1)).join(" ")} MiB`);
  // The window of a minute is full after the first; from then on as much goes as comes.
  tell("heap at the end", sizes[sizes.length - 1], "MiB", 64);
  await closePage(page);
  await server.remove();
}

const browser = await launch();
try {
  const server = await firstPaint(browser);
  await panning(browser, server);
  await scrolling(browser);
  await memory(browser);
} finally {
  await cleanUp(browser);
}
if (beyond.length > 0) {
  console.error(`beyond its bound: ${beyond.join(", ")}`);
  process.exitCode = 1;
}
