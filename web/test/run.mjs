// Runs the tests of pure TypeScript under `node --test`: bundled first, since Node reads no TypeScript.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const tests = readdirSync(here).filter((name) => name.endsWith(".test.ts"));
const out = mkdtempSync(path.join(tmpdir(), "tidings-web-"));
try {
  await build({
    entryPoints: tests.map((name) => path.join(here, name)),
    bundle: true,
    platform: "node",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    outdir: out,
    sourcemap: "inline",
    logLevel: "warning",
  });
  const bundled = tests.map((name) => path.join(out, name.replace(/\.ts$/, ".mjs")));
  const { status } = spawnSync(process.execPath, ["--test", ...bundled], {
    stdio: "inherit",
    // By the clocks of a place that changes them, in the middle of which some tests stand.
    env: { ...process.env, TZ: "Europe/Berlin" },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(out, { recursive: true });
}
