/**
 * Builds the pages' scripts, styles and icons: `npm run build`.
 *
 * Everything goes to static/bundle/ under a name that holds a hash of its content, text beside a
 * compressed copy; assets.json says which is which. The service worker gets the list of what it
 * keeps, and a version that changes with any of it.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const PAGE = join(HERE, "page");
const BUNDLE = join(HERE, "static", "bundle");
// Written beside and moved there whole: a server that runs meanwhile never sees half a build.
const MAKING = `${BUNDLE}.making`;
// What the page needs without a network; the reader of pictures follows when it was first used.
const KEPT = ["main.js", "page.css", "icon.svg", "icon-192.png"];
const COMPRESSED = new Set([".js", ".css", ".svg", ".wasm"]);

const names = {};

rmSync(MAKING, { recursive: true, force: true });
mkdirSync(MAKING, { recursive: true });
put("main.js", await built("main.js", { format: "esm" }));
put("station.js", await built("station.js", { format: "esm" }));
put("apply.js", await built("apply.js", { format: "esm" }));
put("courier.js", await built("courier.js", { format: "esm" }));
put("sealing.js", await built("sealing.js", { format: "esm" }));
put("lapor.js", await built("lapor.js", { format: "esm" }));
put("lapor-files.js", await built("lapor-files.js", { format: "esm" }));
put("reading.js", await built("reading.js", { format: "esm" }));
put("work.js", await built("work.js", { format: "iife" }));
put("decoder.js", await built("decoder.js", { format: "iife" }));
put("page.css", await built("page.css", {}));
put("apply.css", await built("apply.css", {}));
put("lapor.css", await built("lapor.css", {}));
put("reading.css", await built("reading.css", {}));
put("station.css", await built("station.css", {}));
put("staff.css", await built("staff.css", {}));
put("post.js", await built("post.js", { format: "esm" }));
put("courier.css", await built("courier.css", {}));
put("passkey.js", await built("passkey.js", { format: "esm" }));
for (const icon of readdirSync(join(PAGE, "icons"))) put(icon, readFileSync(join(PAGE, "icons", icon)));
const require = createRequire(import.meta.url);
put("zxing.wasm", readFileSync(require.resolve("zxing-wasm/reader/zxing_reader.wasm")));
const files = KEPT.map((name) => `/static/${names[name]}`);
const worker = await built("sw.js", {
  format: "iife",
  define: { FILES: JSON.stringify(files), VERSION: JSON.stringify(hash(JSON.stringify(names))) },
});
writeFileSync(join(MAKING, "sw.js"), worker);
writeFileSync(join(MAKING, "assets.json"), `${JSON.stringify(names, null, 1)}\n`);
rmSync(BUNDLE, { recursive: true, force: true });
renameSync(MAKING, BUNDLE);

async function built(name, options) {
  const { outputFiles } = await build({
    entryPoints: [join(PAGE, name)],
    bundle: true,
    minify: true,
    target: ["es2020", "safari15"],
    legalComments: "none",
    write: false,
    logLevel: "error",
    // The words of receipt codes (signing/words.txt) travel inside the page.
    loader: { ".txt": "text" },
    ...options,
  });
  return outputFiles[0].contents;
}

function hash(content) {
  return createHash("sha256").update(content).digest("hex").slice(0, 12);
}

function put(name, content) {
  const kind = extname(name);
  const served = `${name.slice(0, -kind.length)}-${hash(content)}${kind}`;
  names[name] = served;
  writeFileSync(join(MAKING, served), content);
  if (COMPRESSED.has(kind)) {
    writeFileSync(join(MAKING, `${served}.gz`), gzipSync(content, { level: 9 }));
  }
}
