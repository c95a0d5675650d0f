/**
 * Opens an address in Firefox and prints, as JSON, what the page left in `data-answer` of its body,
 * and every request made meanwhile: node firefox.js EXECUTABLE ADDRESS [SELECTOR [SCRIPT [WIDTH]]]
 *
 * With a SELECTOR, the answer is the text of the first element that matches it; it may be empty.
 * A SCRIPT is run in the page first; a WIDTH makes it as wide as a phone.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const [executablePath, address, selector, script, width] = process.argv.slice(2);
// Firefox writes to its home, too; both are thrown away.
const home = mkdtempSync(join(tmpdir(), "firefox-"));
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  userDataDir: join(home, "profile"),
  env: { ...process.env, HOME: home },
  extraPrefsFirefox: {
    // Nobody but this machine is asked: every other name and address goes to a closed port.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1, localhost",
    "network.proxy.allow_hijacking_localhost": false,
  },
});
try {
  const page = await browser.newPage();
  if (Number(width)) await page.setViewport({ width: Number(width), height: 740 });
  const requests = [];
  page.on("request", (request) => {
    // Bodies are not told to us here; the server that the tests run sees them.
    requests.push({ url: request.url(), method: request.method(), headers: request.headers() });
  });
  await page.goto(address);
  if (script) await page.evaluate(script);
  await page.waitForSelector(selector || "body[data-answer]", { timeout: 60_000 });
  const answer = await page.evaluate(
    (wanted) => (wanted ? document.querySelector(wanted).innerText : document.body.dataset.answer),
    selector,
  );
  process.stdout.write(JSON.stringify({ answer, requests }));
} finally {
  await browser.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
