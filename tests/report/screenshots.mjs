// Writes the pictures of docs/report: node screenshots.mjs OUT FILE..., with the environment that
// tests/report/CMakeLists.txt gives to the tests.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Reader } from "./browser.mjs";

const [out, ...files] = process.argv.slice(2);
const WIDE = { width: 1200, height: 780 };
const NARROW = { width: 390, height: 780 };
const PICTURES = [
  ["verdicts-light-wide", "verdicts", "light", WIDE],
  ["verdicts-dark-narrow", "verdicts", "dark", NARROW],
  ["load-dark-wide", "load", "dark", WIDE],
  ["tail-light-narrow", "tail", "light", NARROW],
  ["timeline-light-wide", "timeline", "light", WIDE],
  ["timeline-dark-wide", "timeline", "dark", WIDE],
];

/** From afar in the light, close in the dark. */
async function prepare(page, name) {
  const figure = page.locator("figure.timeline").first();
  if (!name.startsWith("timeline")) return;
  await figure.locator("canvas").first().waitFor();
  if (!name.includes("dark")) return;
  await figure.getByRole("button", { name: "Go to the first steal" }).click();
  for (let i = 0; i < 2; ++i) await figure.getByRole("button", { name: "Closer" }).click();
}

const folder = mkdtempSync(join(tmpdir(), "loopsteal_screenshots_"));
try {
  for (const [name, section, colorScheme, viewport] of PICTURES) {
    const reader = await Reader.open(folder, files, { context: { colorScheme, viewport } });
    await reader.page.locator(`#${section}`).evaluate((one) => one.scrollIntoView());
    await reader.page.waitForTimeout(500);
    await prepare(reader.page, name);
    await reader.page.waitForTimeout(300);
    await reader.page.screenshot({ path: join(out, `${name}.png`) });
    await reader.browser.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
