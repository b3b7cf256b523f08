// The timeline: from a hundred thousand slices down to one job.
import assert from "node:assert/strict";
import { join } from "node:path";

import { loopsteal, main, Reader } from "./browser.mjs";

function trace(folder, name, workload, workers = "8") {
  const path = join(folder, name);
  loopsteal(folder, "run", "--machine", "sim", "--costs", "reference", "--workers", workers,
    "--scheduler", "work_stealing", "--workload", workload, "--trace", path, "-o", "rows.txt");
  return path;
}

const spanOf = (figure) => figure.evaluate((one) =>
  ({ from: +one.dataset.from, to: +one.dataset.to, slices: +one.dataset.slices,
    arrows: +one.dataset.arrows }));
const widthOf = ({ from, to }) => to - from;

/** How many pixels of the timeline have the colour of jobs: what is drawn, not what is meant. */
const inked = (figure) => figure.locator("canvas").first().evaluate((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    count += data[i] === 0x00 && data[i + 1] === 0x72 && data[i + 2] === 0xb2 ? 1 : 0;
  }
  return count;
});

async function openTimeline(open, files, options) {
  const reader = await open(files, options);
  const figure = reader.page.locator("figure.timeline").first();
  await figure.scrollIntoViewIfNeeded();
  await figure.locator("canvas").first().waitFor();
  // All of the chart in the window, for the mouse.
  await figure.locator(".chart").evaluate((one) => one.scrollIntoView({ block: "center" }));
  return { reader, page: reader.page, figure, chart: figure.locator(".chart") };
}

/** A table is filled a moment after it was opened: waits for that, for ten seconds at most. */
async function hasRows(rows, count) {
  if (count > 0) await rows.nth(count - 1).waitFor({ state: "attached", timeout: 10_000 });
  for (let i = 0; i < 100 && await rows.count() !== count; ++i)
    await rows.page().waitForTimeout(100);
  assert.equal(await rows.count(), count);
}

/** Milliseconds from the address to drawn charts. */
async function openingTime(reader) {
  await reader.page.goto("about:blank");
  const begin = performance.now();
  await reader.page.goto(reader.address);
  await reader.page.locator("#timeline").scrollIntoViewIfNeeded();
  await reader.page.locator("#timeline canvas").first().waitFor();
  await reader.page.evaluate(() => new Promise((done) =>
    requestAnimationFrame(() => setTimeout(done, 0))));
  return performance.now() - begin;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

await main({
  async a_hundred_thousand_slices_open_quickly({ folder, open }) {
    const big = trace(folder, "big.json", "nqueens:n=11", "16");
    const small = trace(folder, "small.json", "nqueens:n=4", "16");
    const large = await open([big], { words: ["--slices", "100000"] });
    const slices = await large.page.locator("figure.timeline").getAttribute("data-slices");
    assert.ok(+slices > 99_000, `${slices} slices`);
    const little = await Reader.open(folder, [small], { name: "small.html" });
    try {
      const times = { large: [], little: [] };
      for (let round = 0; round < 5; ++round) {
        times.large.push(await openingTime(large));
        times.little.push(await openingTime(little));
      }
      const [one, other] = [median(times.large), median(times.little)];
      console.log(`${slices} slices: ${one.toFixed(0)} ms; a few: ${other.toFixed(0)} ms`);
      // In one interleaved run: the slices must not be what opening takes its time for.
      assert.ok(one < 6 * other, `${one} ms is less than six times ${other} ms`);
    } finally {
      await little.browser.close();
    }
  },

  async it_zooms_by_button_key_wheel_and_slider({ folder, open }) {
    const { page, figure, chart } = await openTimeline(open, [trace(folder, "t.json", "bursts")]);
    const whole = await spanOf(figure);
    assert.ok(whole.slices > 1000 && await inked(figure) > 200);
    await figure.getByRole("button", { name: "Closer" }).click();
    const half = await spanOf(figure);
    assert.ok(Math.abs(widthOf(half) / widthOf(whole) - 0.5) < 0.01);
    assert.ok(half.slices < whole.slices);

    await chart.focus();
    await page.keyboard.press("+");
    const quarter = await spanOf(figure);
    assert.ok(Math.abs(widthOf(quarter) / widthOf(half) - 0.5) < 0.01);
    await page.keyboard.press("ArrowRight");
    const moved = await spanOf(figure);
    assert.ok(moved.from > quarter.from && Math.abs(widthOf(moved) - widthOf(quarter)) < 2);

    const box = await chart.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 60);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -300);
    await page.keyboard.up("Control");
    await page.waitForTimeout(200);
    const wheeled = await spanOf(figure);
    assert.ok(widthOf(wheeled) < widthOf(moved), "the wheel goes closer");

    await page.keyboard.press("Home");
    assert.deepEqual(await spanOf(figure), whole);
    // The slider's left end is a few pixels wide, somewhere below the left end of the axis.
    const y = box.y + box.height - 18;
    for (let x = 84; x > 40 && (await spanOf(figure)).from === 0; x -= 2) {
      await page.mouse.move(box.x + x, y);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2, y, { steps: 4 });
      await page.mouse.up();
      await page.waitForTimeout(150);
    }
    const slid = await spanOf(figure);
    assert.ok(slid.from > whole.from, `the slider moves its end: ${JSON.stringify(slid)}`);
  },

  async arrows_appear_when_one_is_close_enough({ folder, open }) {
    const path = trace(folder, "t.json", "bursts:bursts=200");
    const { figure } = await openTimeline(open, [path]);
    const whole = await spanOf(figure);
    assert.equal(whole.arrows, 0, "too many of them are said, not drawn");
    assert.match(await figure.locator(".timeline-view").innerText(), /steals, .*zoom in/);
    await figure.getByRole("button", { name: "Go to the first steal" }).click();
    const close = await spanOf(figure);
    assert.ok(close.arrows > 0 && close.slices < whole.slices, JSON.stringify(close));
  },

  async slices_are_told_by_key_and_by_pointer({ folder, open }) {
    const { page, figure, chart } = await openTimeline(open, [trace(folder, "t.json", "bursts")]);
    const said = figure.locator(".timeline-slice");
    await chart.focus();
    await page.keyboard.press("n");
    assert.match(await said.innerText(), /^worker 0: /);
    await page.keyboard.press("ArrowDown");
    assert.match(await said.innerText(), /^worker 1: /);
    const first = await said.innerText();
    await page.keyboard.press("n");
    assert.notEqual(await said.innerText(), first);
    const box = await chart.boundingBox();
    for (let x = 0.2; x < 0.9; x += 0.05) {
      await page.mouse.move(box.x + box.width * x, box.y + 24);
    }
    assert.match(await said.innerText(), /^worker 0: .*(ran for|parked for)/);
  },

  async the_table_is_of_what_is_in_view({ folder, open }) {
    const { page, figure, chart } = await openTimeline(open, [trace(folder, "t.json", "bursts")]);
    await figure.locator("details.behind > summary").click();
    const rows = figure.locator("tbody tr");
    await hasRows(rows, 500);
    await figure.locator("details.behind > summary").click();
    await chart.focus();
    for (let i = 0; i < 9; ++i) await page.keyboard.press("+");
    await figure.locator("details.behind > summary").click();
    const { slices } = await spanOf(figure);
    assert.ok(slices > 0 && slices < 500);
    await hasRows(rows, slices);
  },

  async a_cut_timeline_says_so({ folder, open }) {
    const path = trace(folder, "t.json", "bursts");
    const { figure } = await openTimeline(open, [path], { words: ["--slices", "100"] });
    assert.match(await figure.locator(".note").first().innerText(), /later slices left out/);
    assert.ok((await spanOf(figure)).slices <= 100);
  },
});
