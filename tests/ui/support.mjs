// What the tests of the page share: a real server, a real browser, and a day to look at.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

export const BINARY = process.env.TIDINGS_BINARY ?? path.resolve("../../build/release/bin/tidings");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/// What a test that failed has left running.
const running = new Set();
const folders = new Set();

/// Ends the browser and every server that still runs.
export async function cleanUp(browser) {
  await browser?.close();
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/// A server on ports of its own; with `directory` on what an earlier one has left, at `port`.
export async function startServer({ directory, port = 0, settings = [] } = {}) {
  const data = directory ?? mkdtempSync(path.join(tmpdir(), "tidings-ui-"));
  folders.add(data);
  const sets = [
    `http.address=127.0.0.1:${port}`, "grpc.address=127.0.0.1:0", "otlp.grpc_address=off", "otlp.http_address=off", ...settings,
  ].flatMap((setting) => ["--set", setting]);
  const child = spawn(BINARY, ["serve", "--data-dir", data, ...sets], { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  child.on("exit", () => running.delete(child));
  let told = "";
  const ready = new Promise((resolve, reject) => {
    const listen = (chunk) => {
      told += chunk;
      const match = /page (http:\/\/\S+:(\d+))\/ui\//.exec(told);
      if (match) resolve({ url: match[1], port: Number(match[2]) });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${told}`)));
  });
  const { url, port: taken } = await ready;
  return {
    url,
    port: taken,
    data,
    async report(events, headers = {}) {
      const answer = await fetch(`${url}/api/v1/events`, {
        method: "POST", body: JSON.stringify(events), headers: { "content-type": "application/json", ...headers },
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    /// Ends the process; the data stays.
    async stop() {
      if (child.exitCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
    async remove() {
      await this.stop();
      rmSync(data, { recursive: true, force: true });
      folders.delete(data);
    },
  };
}

export function createToken(file, scope) {
  return spawnSync(BINARY, ["token", "create", "--name", scope, "--scope", scope, "--file", file], { encoding: "utf8" })
    .stdout.trim();
}

/// A proxy that serves `target` under `prefix`, as nginx does, without telling the server.
export async function startProxy(target, prefix) {
  const proxy = http.createServer((request, response) => {
    if (!request.url.startsWith(`${prefix}/`)) {
      response.writeHead(404).end();
      return;
    }
    const forward = http.request(target + request.url.slice(prefix.length), {
      method: request.method, headers: request.headers,
    }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    forward.on("error", () => response.destroy());
    response.on("close", () => forward.destroy());
    request.pipe(forward);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${proxy.address().port}${prefix}`,
    stop: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

export async function launch() {
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--force-color-profile=srgb"] });
}

/// A page that fails the test when a script of it throws, or when its security policy stops something.
export async function openPage(browser, url, options = {}) {
  const { width = 1440, height = 900, theme = "dark", scale = 1 } = options;
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: theme, deviceScaleFactor: scale, reducedMotion: "reduce",
    timezoneId: "Europe/Berlin", locale: "en-GB", hasTouch: width < 640, isMobile: width < 640,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(String(error.stack ?? error)));
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) page.troubles.push(message.text());
  });
  await page.goto(url);
  return page;
}

export async function closePage(page) {
  await page.context().close();
  if (page.troubles.length > 0) throw new Error(page.troubles.join("\n"));
}

/// The number that stands in the corner of Explore.
export const countOf = async (page) =>
  Number((await page.locator(".counts .total b").innerText()).replace(/\D/g, ""));

/// Waits until Explore shows that many events.
export async function waitForCount(page, count) {
  await page.waitForFunction(
    (wanted) => Number(document.querySelector(".counts .total b")?.textContent?.replace(/\D/g, "") ?? -1) === wanted,
    count,
  );
}

/// Waits until everything that was asked for is there.
export const settled = (page) => page.locator(".center[aria-busy=false]").waitFor();

export const rowNames = (page) => page.locator(".table-row .c-name").allInnerTexts();

/// The window of the address in ms.
export function windowOf(page) {
  const { searchParams } = new URL(page.url());
  return { from: Number(searchParams.get("from")), to: Number(searchParams.get("to")) };
}

/// A place on the canvas of the lanes: of the lane by its name, at a time of the shown window.
export async function placeOf(page, lane, time) {
  const { from, to } = windowOf(page);
  const canvas = await page.locator(".strip.scrolled canvas").boundingBox();
  const name = await page.locator(".strip.scrolled .name-row", { hasText: lane }).first().boundingBox();
  return { x: canvas.x + ((time - from) / (to - from)) * canvas.width, y: name.y + 12 };
}
