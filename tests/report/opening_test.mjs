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
    // The same numbers as `loopsteal compare results/raw/full.json` prints.
    const row = page.locator("#verdicts tr", { has: page.locator('th:text-is("hot_shard")') });
    assert.match(await row.innerText(), /work_stealing|×/);
    assert.equal(await row.locator("td").count(), 5);
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
