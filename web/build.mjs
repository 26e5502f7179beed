// Builds the page: dist/index.html and dist/assets/, names with a hash of the content, each also
// compressed. With --cpp FILE additionally a C++ source that carries them (src/api/ui/assets.h).
//   node build.mjs [--out FOLDER] [--cpp FILE] [--depfile FILE]
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = path.dirname(fileURLToPath(import.meta.url));
const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const out = path.resolve(option("--out") ?? path.join(here, "dist"));
const cpp = option("--cpp");
/// All of JavaScript and CSS, compressed.
const MAX_BYTES = 60 * 1000;

const result = await build({
  absWorkingDir: here,
  entryPoints: { app: "src/app.tsx", style: "src/style/style.css" },
  bundle: true,
  minify: true,
  write: false,
  outdir: "assets",
  format: "esm",
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  // As calls of `h` elements are 700 bytes smaller than as calls of the JSX runtime, which tsc checks them by.
  tsconfigRaw: {},
  jsxFactory: "h",
  jsxFragment: "Fragment",
  inject: ["src/jsx.ts"],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const TYPES = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
const files = [
  ...result.outputFiles.map((file) => ({ name: path.basename(file.path), body: Buffer.from(file.contents) })),
  { name: "icon.svg", body: readFileSync(path.join(here, "icon.svg")) },
];

let html = readFileSync(path.join(here, "index.html"), "utf8");
const assets = files.map(({ name, body }) => {
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
  const { name: stem, ext } = path.parse(name);
  const hashed = `${stem}-${hash}${ext}`;
  html = html.replace(`assets/${name}`, `assets/${hashed}`);
  return { name: hashed, type: TYPES[ext], gzip: gzipSync(body, { level: 9 }), body };
});

rmSync(out, { recursive: true, force: true });
mkdirSync(path.join(out, "assets"), { recursive: true });
writeFileSync(path.join(out, "index.html"), html);
for (const asset of assets) writeFileSync(path.join(out, "assets", asset.name), asset.body);

const sizes = assets.filter((asset) => !asset.name.endsWith(".svg"));
const total = sizes.reduce((sum, asset) => sum + asset.gzip.length, 0);
for (const asset of sizes) console.log(`${asset.name}: ${asset.gzip.length} bytes compressed`);
console.log(`JavaScript and CSS: ${total} bytes compressed, at most ${MAX_BYTES}`);
if (total > MAX_BYTES) {
  console.error(`the page is ${total - MAX_BYTES} bytes too large: node build.mjs, and look at what was added`);
  process.exit(1);
}
if (cpp) writeFileSync(cpp, sourceOf(html, assets));
const depfile = option("--depfile");
if (depfile) {
  const inputs = [...Object.keys(result.metafile.inputs), "index.html", "icon.svg", "build.mjs", "tsconfig.json"];
  writeFileSync(depfile, `${cpp}: ${inputs.map((name) => path.resolve(here, name).replace(/ /g, "\\ ")).join(" ")}\n`);
}

/// The files as a C++ source. String literals with octal escapes compile several times as fast as
/// lists of numbers.
function sourceOf(page, carried) {
  const literal = (bytes) => {
    const lines = [];
    for (let at = 0; at < bytes.length; at += 64) {
      const part = [...bytes.subarray(at, at + 64)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`);
      lines.push(`    "${part.join("")}"`);
    }
    return lines.join("\n");
  };
  const view = (bytes) => `std::string_view(\n${literal(bytes)},\n    ${bytes.length}\n)`;
  const entries = carried.map((asset) =>
    `{.name = "${asset.name}", .content_type = "${asset.type}", .gzip = ${view(asset.gzip)}}`);
  return `// Written by web/build.mjs.
#include "api/ui/assets.h"

namespace tidings::ui {

std::string_view PageTemplate() {
  return ${view(Buffer.from(page))};
}

std::span<const Asset> Assets() {
  static constexpr Asset kAssets[] = {${entries.join(",\n")}};
  return kAssets;
}

}  // namespace tidings::ui
`;
}
