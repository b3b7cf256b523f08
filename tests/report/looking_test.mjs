// How the page looks and is used: light, dark, narrow, on paper, by keys, by ear; and that all of
// its rows can be taken away.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { loopsteal, main, REFERENCE, sweepInto } from "./browser.mjs";

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

/** 0 is black. */
const brightness = (colour) => {
  const [red, green, blue] = colour.match(/\d+/g).map(Number);
  return (red * 3 + green * 6 + blue) / 2550;
};

/** WCAG's contrast of two colours. */
function contrast(one, other) {
  const light = [one, other].map((colour) => {
    const [red, green, blue] = colour.match(/\d+/g).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  return (Math.max(...light) + 0.05) / (Math.min(...light) + 0.05);
}

async function assertLegible(page) {
  const seen = await page.evaluate(() => ["body", ".lead", ".card .where", "nav a", ".measure"]
    .map((selector) => {
      const element = document.querySelector(selector);
      let under = element;
      const colourOf = (one) => getComputedStyle(one).backgroundColor;
      while (under.parentElement && colourOf(under) === "rgba(0, 0, 0, 0)") {
        under = under.parentElement;
      }
      return { selector, text: getComputedStyle(element).color, under: colourOf(under) };
    }));
  for (const { selector, text, under } of seen) {
    assert.ok(contrast(text, under) >= 4.5, `${selector}: ${text} on ${under}`);
  }
}

await main({
  async it_is_dark_where_the_reader_wants_it({ open }) {
    const files = [REFERENCE[0]];
    const light = await open(files, { context: { colorScheme: "light" } });
    const dark = await open(files, { context: { colorScheme: "dark" } });
    assert.ok(brightness(await background(light.page)) > 0.8);
    assert.ok(brightness(await background(dark.page)) < 0.2);
    await assertLegible(light.page);
    await assertLegible(dark.page);
    // By the button, whatever the system says: auto, light, dark.
    await light.page.locator("#theme").click();
    await light.page.locator("#theme").click();
    assert.ok(brightness(await background(light.page)) < 0.2);
    await light.page.locator("#tail .chart").first().scrollIntoViewIfNeeded();
    await light.page.locator("#tail canvas").first().waitFor();
    const corner = await light.page.locator("#tail canvas").first().evaluate((canvas) =>
      canvas.getContext("2d").getImageData(0, 0, 1, 1).data[3]);
    assert.equal(corner, 0, "charts let the page shine through");
  },

  async it_fits_a_narrow_window({ folder, open }) {
    const files = [...REFERENCE, sweepInto(folder)];
    const reader = await open(files, { context: { viewport: { width: 390, height: 800 } } });
    await reader.scrollThrough();
    const wide = await reader.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} pixels`);
  },

  async keys_are_enough({ open }) {
    const { page } = await open([REFERENCE[0]]);
    const focused = () => page.evaluate(() => document.activeElement.id ||
      document.activeElement.tagName);
    await page.keyboard.press("j");
    assert.equal(await focused(), "verdicts");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    assert.equal(await focused(), "load");
    await page.keyboard.press("f");
    assert.equal(await focused(), "SUMMARY");
    await page.keyboard.press("Enter");
    const filter = page.locator(".filter[open]");
    assert.equal(await filter.count(), 1);
    // Past "all" and "none" to the first choice.
    for (let i = 0; i < 3; ++i) await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    assert.match(await filter.locator("summary").innerText(), /\d+ of \d+/);
    await page.keyboard.press("Escape");
    assert.equal(await filter.count(), 0);
    await page.keyboard.press("t");
    assert.match(await page.locator("#theme").innerText(), /light/);
    await page.keyboard.press("?");
    assert.ok(await page.locator("dialog").isVisible());
    await page.keyboard.press("Escape");
    assert.ok(!(await page.locator("dialog").isVisible()));
  },

  async it_prints({ folder, open }) {
    const { page } = await open([REFERENCE[0], sweepInto(folder)],
      { context: { colorScheme: "dark" } });
    const pdf = await page.pdf({ format: "A4" });
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    assert.ok(pages > 3, `${pages} pages`);
    await page.emulateMedia({ media: "print" });
    assert.ok(!(await page.locator(".bar").isVisible()), "no filters on paper");
    await page.emulateMedia({ media: "screen" });
    assert.ok(brightness(await background(page)) < 0.2, "dark again afterwards");
  },

  async rows_can_be_taken_away({ folder, open }) {
    const reader = await open([REFERENCE[0], REFERENCE[2]]);
    const { page } = reader;
    const take = (name) => reader.download(() => page.getByRole("button", { name }).click());
    const whole = await take("full.json whole");
    assert.equal(whole.name, "full.json");
    const given = JSON.parse(readFileSync(REFERENCE[0], "utf8"));
    assert.deepEqual(JSON.parse(whole.bytes.toString("utf8")), given);
    // The program reads it again.
    writeFileSync(join(folder, "again.json"), whole.bytes);
    loopsteal(folder, "compare", "again.json");

    const lines = (await take("Rows as JSON Lines")).bytes.toString("utf8").trimEnd().split("\n");
    assert.equal(lines.length, given.benchmarks.length);
    await page.locator(".filter[data-dimension=workload] > summary").click();
    await page.getByRole("button", { name: "only hot_shard" }).click();
    const csv = (await take("Rows as CSV")).bytes.toString("utf8").trimEnd().split("\n");
    const kept = given.benchmarks.filter((row) => row.workload_spec === "hot_shard").length;
    assert.equal(csv.length, kept + 1);
  },

  async every_section_shows_something_of_a_full_report({ folder, open }) {
    loopsteal(folder, "run", "--scheduler", "work_stealing", "--workload", "bursts", "--machine",
      "sim", "--workers", "4", "--trace", "t.json", "-o", "rows.txt");
    const reader = await open([REFERENCE[0], sweepInto(folder), join(folder, "t.json")]);
    await reader.scrollThrough();
    const missing = await reader.page.locator("main > section:has(.missing)").evaluateAll((all) =>
      all.map((one) => one.id));
    assert.deepEqual(missing, []);
    const rows = await reader.page.locator("#counters tbody tr").count();
    assert.ok(rows > 100, `${rows} lines of counters`);
    assert.match(await reader.page.locator("#manifest").innerText(), /AMD|cpu model/);
  },

  async headings_sort({ open }) {
    const { page } = await open([REFERENCE[0]]);
    const heading = page.locator("#counters th", { hasText: "makespan" });
    await heading.getByRole("button").click();
    assert.equal(await heading.getAttribute("aria-sort"), "descending");
    const first = await page.locator("#counters tbody tr").first().innerText();
    await heading.getByRole("button").click();
    assert.equal(await heading.getAttribute("aria-sort"), "ascending");
    const last = await page.locator("#counters tbody tr").last().innerText();
    assert.equal(last, first);
  },
});
