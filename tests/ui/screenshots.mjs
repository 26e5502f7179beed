// Makes the pictures of docs/pictures: every page, dark and light, for a desk and for a phone, of a
// server that `tidings demo` filled.
//   node tests/ui/screenshots.mjs [FOLDER]      after `npm ci` in tests/ui, with a built binary
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { BINARY, cleanUp, closePage, launch, openPage, startServer } from "./support.mjs";

const MINUTE = 60_000;
const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.resolve(process.argv[2] ?? path.join(here, "../../docs/pictures"));
/// What goes on all the time, left out to see the incident.
const ROUTINE = ["Started", "Scheduled", "Created", "Pulled", "Completed", "CronRun", "SawCompletedJob", "SuccessfulCreate", "CheckpointEvent"];
const QUALITY = 0.8;

const browser = await launch();
try {
  mkdirSync(folder, { recursive: true });
  const [server, empty] = await Promise.all([startServer(), startServer()]);
  const demo = spawnSync(BINARY, ["demo", "--address", server.url], { encoding: "utf8" });
  if (demo.status !== 0) throw new Error(demo.stderr);
  const pages = await pagesOf(server.url, empty.url);
  for (const [name, address, landmark] of pages) {
    for (const theme of ["dark", "light"]) {
      for (const width of [1440, 390]) await take(name, address, landmark, theme, width);
    }
  }
} finally {
  await cleanUp(browser);
}

async function pagesOf(url, emptyUrl) {
  const find = async (query) => (await (await fetch(`${url}/api/v1/events?from=now-25h&service=checkout&${query}`)).json()).events;
  const [upgrade] = await find("name=Upgrade");
  const [crash] = await find("name=BackOff&name=OOMKilled&name=Unhealthy&type=Error");
  const without = ROUTINE.map((name) => `&name=-${name}`).join("");
  const incident = `/ui/?from=${upgrade.start - 20 * MINUTE}&to=${upgrade.start + 65 * MINUTE}${without}`;
  return [
    ["explore", `${url}${incident}&sel=${encodeURIComponent(upgrade.id)}`, ".drawer .neighbours li"],
    ["explore-lanes", `${url}${incident}&open=${encodeURIComponent("GENERAL›checkout")}&open=${encodeURIComponent("K8S›checkout")}`, ".table-row"],
    ["explore-day", `${url}/ui/`, ".table-row"],
    ["event", `${url}/ui/event/${encodeURIComponent(crash.id)}`, ".neighbours li"],
    ["changes", `${url}/ui/changes`, ".rows tbody tr"],
    ["before", `${url}/ui/before?t=${upgrade.end + 6 * MINUTE}&service=checkout`, ".rows tbody tr"],
    ["status", `${url}/ui/status`, ".receivers tbody tr"],
    ["empty", `${emptyUrl}/ui/`, ".listening li"],
  ];
}

async function take(name, address, landmark, theme, width) {
  const page = await openPage(browser, "about:blank", { theme, width, height: width < 640 ? 844 : 900 });
  // The folder of this run is nobody's: the one of an installed server stands for it.
  await page.route("**/api/v1/status", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), data_directory: "/var/lib/tidings" } });
  });
  await page.goto(address);
  page.setDefaultTimeout(60_000);
  await page.locator(landmark).first().waitFor();
  await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
  const png = await page.screenshot();
  writeFileSync(path.join(folder, `${name}-${theme}-${width}.webp`), await smaller(page, png));
  if (process.env.PNG_FOLDER) writeFileSync(path.join(process.env.PNG_FOLDER, `${name}-${theme}-${width}.png`), png);
  await closePage(page);
}

/// The browser that took the picture can also write it in a third of the bytes.
async function smaller(page, png) {
  const blank = await page.context().newPage();
  const text = await blank.evaluate(async ([source, quality]) => {
    const image = new Image();
    image.src = `data:image/png;base64,${source}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", quality).split(",")[1];
  }, [png.toString("base64"), QUALITY]);
  await blank.close();
  return Buffer.from(text, "base64");
}
