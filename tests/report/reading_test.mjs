// A reader's way through the report: filters, tables, and what can be taken away.
import assert from "node:assert/strict";

import { main, REFERENCE, sweepInto } from "./browser.mjs";

const choice = (page, dimension, value) =>
  page.locator(`.filter[data-dimension=${dimension}] label`, { hasText: value }).first();

async function openFilter(page, dimension) {
  await page.locator(`.filter[data-dimension=${dimension}] > summary`).click();
}

await main({
  async filters_leave_out_and_bring_back({ open }) {
    const { page } = await open([REFERENCE[0]]);
    const columns = page.locator("#verdicts .matrix thead th");
    const before = await columns.allInnerTexts();
    assert.ok(before.includes("shared_queue"));
    await openFilter(page, "scheduler");
    await choice(page, "scheduler", "shared_queue").click();
    const after = await columns.allInnerTexts();
    assert.deepEqual(after, before.filter((name) => name !== "shared_queue"));
    assert.ok(!(await page.locator("#tail .legend").innerText()).includes("shared_queue"));
    await page.locator(".reset").click();
    assert.deepEqual(await columns.allInnerTexts(), before);

    await openFilter(page, "workload");
    await page.getByRole("button", { name: "only hot_shard" }).click();
    assert.equal(await page.locator("#verdicts .matrix tbody tr").count(), 1);
    await page.locator("[data-focus='workload/none']").click();
    assert.match(await page.locator("#verdicts .missing").innerText(), /filters let through/);
  },

  async filters_stand_in_the_address({ open }) {
    const first = await open([REFERENCE[0]]);
    await openFilter(first.page, "scheduler");
    await choice(first.page, "scheduler", "onetbb").click();
    const hash = await first.page.evaluate(() => location.hash);
    const second = await open([REFERENCE[0]], { hash });
    const columns = await second.page.locator("#verdicts .matrix thead th").allInnerTexts();
    assert.ok(!columns.some((name) => name.startsWith("onetbb")), columns.join());
    assert.ok(columns.includes("work_stealing"));
  },

  async real_and_virtual_share_no_chart({ folder, open }) {
    const reader = await open([REFERENCE[0], sweepInto(folder)]);
    const { page } = reader;
    await reader.scrollThrough();
    const clocks = await page.locator("figure.panel, article.card").evaluateAll((all) =>
      all.map((one) => ({
        badges: [...one.querySelectorAll(":scope > figcaption .badge, :scope > header .badge")]
          .map((badge) => badge.textContent),
        real: one.classList.contains("real"),
      })));
    assert.ok(clocks.some((one) => one.real) && clocks.some((one) => !one.real));
    for (const { badges, real } of clocks) {
      assert.deepEqual(badges, [real ? "● real time" : "◇ virtual time"]);
    }
    // Only the one kind is left, whatever is drawn.
    await openFilter(page, "clock");
    await choice(page, "clock", "virtual").click();
    assert.equal(await page.locator("main .virtual").count(), 0);
    assert.ok(await page.locator("main .panel.real").count() > 0);
  },

  async every_chart_has_a_table({ folder, open }) {
    const reader = await open([REFERENCE[0], sweepInto(folder)]);
    await reader.scrollThrough();
    const figures = reader.page.locator("main > section figure.panel");
    const count = await figures.count();
    assert.ok(count > 5);
    for (let i = 0; i < count; ++i) {
      const figure = figures.nth(i);
      // Those within a closed part come with it.
      if (!(await figure.isVisible())) continue;
      assert.ok(await figure.locator("[role=img]").first().getAttribute("aria-label"));
      await figure.locator("details.behind > summary").click();
      const title = await figure.locator(".panel-title").innerText();
      const filled = figure.locator("tbody tr").first().waitFor({ timeout: 10_000 });
      await assert.doesNotReject(filled, `${title} has a table`);  // A moment after it was opened.
      await figure.locator("details.behind > summary").click();
    }
  },

  async tables_can_be_taken_away({ open }) {
    const reader = await open([REFERENCE[0]]);
    const figure = reader.page.locator("#tail figure.panel").first();
    await figure.scrollIntoViewIfNeeded();
    const table = await reader.download(() => figure.getByRole("button", { name: "CSV" }).click());
    assert.match(table.name, /\.csv$/);
    const lines = table.bytes.toString("utf8").trimEnd().split("\n");
    assert.match(lines[0], /^scheduler,/);
    assert.ok(lines.length > 50);
    const image = await reader.download(() => figure.getByRole("button", { name: "PNG" }).click());
    assert.deepEqual([...image.bytes.subarray(1, 4)], [...Buffer.from("PNG")]);
  },
});
