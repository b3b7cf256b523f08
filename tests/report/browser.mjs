// What the tests of the page share: a report made by the program, opened in Chromium.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = process.env.LOOPSTEAL_ROOT;
const PROGRAM = process.env.LOOPSTEAL_PROGRAM;
// The page's own packages: there is one place that names versions.
const require = createRequire(join(ROOT, "bench/report/page/package.json"));
const { chromium } = require("playwright-core");

export const REFERENCE = ["full", "peers", "validation"].map((name) =>
  join(ROOT, `results/raw/${name}.json`));

/** Runs the program and returns nothing: what it says is shown where it fails. */
export function loopsteal(folder, ...words) {
  execFileSync(PROGRAM, words, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

/** A sweep in virtual time over loads and workers, with costs that differ: a second or two. */
export function sweepInto(folder) {
  const common = ["--machine", "sim", "--workers", "4", "--size", "small"];
  loopsteal(folder, "compare", ...common, "--scheduler", "shared_queue", "--scheduler",
    "work_stealing", "--workload", "requests:load=0.3", "--workload", "requests:load=0.8",
    "--precision", "10%", "--raw", "virtual.json");
  return join(folder, "virtual.json");
}

/** A report on `files`, open in a page whose every request and complaint is kept. */
export class Reader {
  requests = [];
  complaints = [];

  static async open(folder, files, options = {}) {
    const reader = new Reader();
    reader.file = join(folder, options.name ?? "report.html");
    loopsteal(folder, "report", ...files, "-o", reader.file, ...(options.words ?? []));
    const arguments_ = ["--no-sandbox", "--disable-dev-shm-usage"];
    reader.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM, args: arguments_ });
    const context = await reader.browser.newContext({
      viewport: { width: 1280, height: 900 }, acceptDownloads: true, offline: true,
      ...options.context });
    reader.page = await context.newPage();
    reader.page.on("request", (request) => reader.requests.push(request.url()));
    reader.page.on("pageerror", (error) => reader.complaints.push(String(error)));
    reader.page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) reader.complaints.push(message.text());
    });
    reader.address = `file://${reader.file}`;
    await reader.page.goto(`${reader.address}${options.hash ?? ""}`);
    return reader;
  }

  /** Scrolls through all of it, so that everything has been drawn. */
  async scrollThrough() {
    await this.page.evaluate(async () => {
      for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
        scrollTo(0, y);
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
      }
    });
  }

  async download(act) {
    const [file] = await Promise.all([this.page.waitForEvent("download"), act()]);
    const stream = await file.createReadStream();
    const pieces = [];
    for await (const piece of stream) pieces.push(piece);
    return { name: file.suggestedFilename(), bytes: Buffer.concat(pieces) };
  }

  assertContent() {
    assert.deepEqual(this.complaints, [], "the page complains of nothing");
  }
}

/** Runs the case that the command line names, in a folder of its own. */
export async function main(cases) {
  const name = process.argv[2];
  const test = cases[name];
  assert.ok(test, `There is no case ${name}; there are ${Object.keys(cases).join(", ")}`);
  const folder = mkdtempSync(join(tmpdir(), "loopsteal_report_"));
  const readers = [];
  const open = async (files, options) => {
    const reader = await Reader.open(folder, files, options);
    readers.push(reader);
    return reader;
  };
  try {
    await test({ folder, open });
    for (const reader of readers) reader.assertContent();
    console.log(`${name}: passed`);
  } finally {
    for (const reader of readers) await reader.browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
