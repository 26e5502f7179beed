// What the page costs in Chromium: first paint, panning 5,000 spans, scrolling 100,000 rows, memory
// while live. Prints figures; fails when one is beyond its bound.
//   node bench/page/page_bench.mjs      after `npm ci` in tests/ui, with a built binary; LIVE_SECONDS=60
// Bounds hold for the CPU time of the main thread, which is the same on a machine that others use as well;
// the time that passed stands beside it.
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

/// What the page's main thread did meanwhile: its tasks with when they began, how long they took and how
/// much CPU, in ms; and the trace itself.
async function traced(browser, page, act) {
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing"] });
  await act();
  const { traceEvents } = JSON.parse(await browser.stopTracing());
  const main = traceEvents.find((event) => event.name.startsWith("tidings-"));
  const tasks = traceEvents
    .filter((event) => event.tid === main.tid && event.pid === main.pid && /RunTask$/.test(event.name) && event.tdur !== undefined)
    .map((event) => ({ at: event.ts / 1000, passed: event.dur / 1000, cpu: event.tdur / 1000 }))
    .sort((a, b) => a.at - b.at || b.passed - a.passed);
  // Tasks hold tasks: only the outermost are counted.
  let end = 0;
  const outermost = tasks.filter((task) => {
    if (task.at + task.passed <= end) return false;
    end = task.at + task.passed;
    return true;
  });
  return { tasks: outermost, traceEvents };
}

/// From the last answer of the lanes to the frame that shows them.
async function firstPaint(browser) {
  const server = await startServer();
  await fill(server, 4900, HOUR, (i) => (i % 2) * 60_000);
  const page = await openPage(browser, `${server.url}/ui/?from=${START}&to=${START + HOUR}`);
  await settled(page);
  const passed = [];
  const cpu = [];
  for (let i = 0; i < 5; i++) {
    const { tasks, traceEvents } = await traced(browser, page, async () => {
      await page.reload();
      await settled(page);
      await page.waitForFunction(() => performance.getEntriesByName("tidings-lanes").length > 0);
    });
    const asked = traceEvents.find((event) => event.name === "ResourceSendRequest" && /api\/v1\/lanes/.test(event.args.data.url));
    const answered = traceEvents.find((event) => event.name === "ResourceFinish" && event.args.data.requestId === asked.args.data.requestId).ts / 1000;
    const shown = traceEvents.find((event) => event.name === "tidings-lanes").ts / 1000;
    passed.push(shown - answered);
    cpu.push(tasks.filter((task) => task.at >= answered && task.at <= shown).reduce((sum, task) => sum + task.cpu, 0));
  }
  console.log(`first paint after the answer, time that passed, median of 5: ${percentile(passed, 0.5).toFixed(1)} ms`);
  tell("first paint after the answer, CPU, median of 5", percentile(cpu, 0.5), "ms", 200);
  await closePage(page);
  return server;
}

async function panning(browser, server) {
  const page = await openPage(browser, `${server.url}/ui/?from=${START}&to=${START + HOUR}`);
  await waitForCount(page, 4900);
  await settled(page);
  const box = await page.locator(".strip.scrolled canvas").boundingBox();
  await page.evaluate(() => performance.clearMeasures());
  await page.keyboard.down("Shift");
  await page.mouse.move(box.x + 700, box.y + 50);
  await page.mouse.down();
  const { tasks } = await traced(browser, page, async () => {
    for (let i = 0; i < 120; i++) await page.mouse.move(box.x + 700 - i * 3, box.y + 50);
  });
  const times = await page.evaluate(() => performance.getEntriesByName("tidings-paint").map((entry) => entry.duration));
  await page.mouse.up();
  await page.keyboard.up("Shift");
  console.log(`drawing a frame, p95: ${percentile(times, 0.95).toFixed(1)} ms`);
  tell(`drawing a frame while panning 4,900 spans, median of ${times.length}`, percentile(times, 0.5), "ms", 8);
  console.log(`tasks of more than 50 ms while panning, by the time that passed: ${tasks.filter((task) => task.passed > 50).length}`);
  console.log(`CPU of a task while panning, p99: ${percentile(tasks.map((task) => task.cpu), 0.99).toFixed(1)} ms, greatest: ${Math.max(...tasks.map((task) => task.cpu)).toFixed(1)} ms`);
  tell("tasks of more than 50 ms of CPU while panning", tasks.filter((task) => task.cpu > 50).length, "", 0);
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
