// The report opens: from the file system, offline, in silence, whatever text results hold.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { main, REFERENCE, sweepInto } from "./browser.mjs";

await main({
  async opens_from_a_file_without_network_and_complaints({ folder, open }) {
    const reader = await open([...REFERENCE, sweepInto(folder)]);
    await reader.scrollThrough();
    assert.deepEqual(reader.requests, [reader.address], "nothing but itself is fetched");
    assert.ok(await reader.page.locator("canvas").count() > 5, "charts are drawn");
    const text = readFileSync(reader.file, "utf8");
    assert.doesNotMatch(text, /(src|href)="https?:/);
  },

  async is_small_without_data() {
    const folder = dirname(process.env.LOOPSTEAL_PROGRAM);
    const page = join(folder, "../share/loopsteal/report_page.html");
    const bytes = readFileSync(page).length;
    console.log(`${bytes} bytes`);
    assert.ok(bytes < 3e6, `${bytes} bytes are less than 3 MB`);
  },

  async reference_results_have_their_verdicts({ open }) {
    const { page } = await open(REFERENCE);
    const kinds = await page.locator("#verdicts article").evaluateAll((cards) =>
      cards.map((card) => card.dataset.kind));
    assert.deepEqual(kinds, ["comparison", "peers", "checks"]);
    // A number of the table, put together from the rows.
    const rows = JSON.parse(readFileSync(REFERENCE[0], "utf8")).benchmarks;
    const time = (scheduler) => {
      const times = rows.filter((row) => row.workload_spec === "uts" &&
        row.scheduler_spec === scheduler).map((row) => row.makespan_ns).sort((a, b) => a - b);
      return times[times.length >> 1];
    };
    const ratio = time("event_loop") / time("work_stealing");
    const table = page.locator("#verdicts article").first().locator(".matrix");
    const names = await table.locator("thead th").allInnerTexts();
    const row = table.locator("tbody tr", { has: page.locator('th:text-is("uts")') });
    const cells = await row.locator("th, td").allInnerTexts();
    const shown = /[\d.]+/.exec(cells[names.indexOf("work_stealing")])?.[0];
    assert.ok(Math.abs(shown / ratio - 1) < 0.005, `${shown} is shown, ${ratio} is right`);
    assert.ok(await page.locator("#verdicts").boundingBox().then((box) => box.y < 400),
      "verdicts come first");
  },

  async hostile_text_stays_text({ folder, open }) {
    const results = JSON.parse(readFileSync(REFERENCE[0], "utf8"));
    results.benchmarks = results.benchmarks.slice(0, 20);
    const hostile = '</script><script>document.title="broken"</script><!--<script>&amp;\u2028';
    for (const row of results.benchmarks) {
      row.workload_spec = `${row.workload}:${hostile}`;
      row.error_message = hostile;
    }
    results.context.host_name = hostile;
    const path = join(folder, "hostile.json");
    writeFileSync(path, JSON.stringify(results));
    const { page } = await open([path]);
    assert.match(await page.title(), /^loopsteal report/);
    const text = await page.locator("#verdicts th[scope=row]").first().innerText();
    assert.ok(text.includes("</script>"), text);
  },
});
