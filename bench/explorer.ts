/**
 * @file The explorer in headless Chromium (software rendering): from opening to the first picture and the first answer, and while a value is
 * dragged over its strip, frames and answers drawn a second. `npx tsx bench/explorer.ts [SITE] [COLUMN]`; without SITE the simulated stars', which has
 * ten columns.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../src/cli/program.ts";
import { chromium } from "../test/browser/chromium.ts";
import { DrivenPage } from "../test/browser/driven.ts";
import { servedFolder } from "../test/browser/site-server.ts";

const SECONDS = 6;
const [given, column = "teff"] = process.argv.slice(2);

/** Counts what is drawn: frames, and frames in which the asked column's curve is another than before. */
const COUNTING = `(() => {
  const curve = () => document.querySelector(".is-asked .density")?.getAttribute("d");
  const counts = { frames: 0, answers: 0, longest: 0 };
  let [last, before] = [curve(), performance.now()];
  const look = (now) => {
    if (window.counts !== counts) return;
    counts.frames++;
    counts.longest = Math.max(counts.longest, now - before);
    before = now;
    const next = curve();
    if (next !== last) counts.answers++;
    last = next;
    requestAnimationFrame(look);
  };
  window.counts = counts;
  requestAnimationFrame(look);
})()`;

interface Counts {
  readonly frames: number;
  readonly answers: number;
  readonly longest: number;
}

async function measured(site: string, isolated: boolean): Promise<void> {
  const server = await servedFolder(site, isolated);
  const page = await DrivenPage.start({ width: 1440, height: 900, still: true });
  try {
    const began = performance.now();
    await page.open(server.address);
    await page.until(`document.querySelector(".histogram")`);
    const painted = performance.now() - began;
    await page.until(`document.querySelector(".density")`);
    const answered = performance.now() - began;
    await page.until(`document.querySelector(".contours")`);
    const plot = `.line[data-name="${column}"] [role="slider"]`;
    const { y } = await page.placeIn(plot, 0.5);
    const [left, right] = [(await page.placeIn(plot, 0.15)).x, (await page.placeIn(plot, 0.6)).x];
    await page.mouse("mousePressed", { x: left, y });
    await page.value(COUNTING);
    const start = performance.now();
    const before = page.processorSeconds();
    let moves = 0;
    for (let t = 0; t < SECONDS; t = (performance.now() - start) / 1000) {
      const along = 0.5 - 0.5 * Math.cos((2 * Math.PI * t) / 3);
      await page.mouse("mouseMoved", { x: left + along * (right - left), y });
      moves++;
    }
    const seconds = (performance.now() - start) / 1000;
    const used = Object.entries(page.processorSeconds()).map(
      ([kind, now]) => [kind, now - (before[kind] ?? 0)] as const,
    );
    const { frames, answers, longest } = await page.value<Counts>("window.counts");
    await page.mouse("mouseReleased", { x: left, y });
    const took = await page.value<string>(
      `document.querySelector("footer").textContent.match(/[0-9]+ ms/)?.[0]`,
    );
    const columns = await page.value<number>(`document.querySelectorAll(".line").length`);
    console.log(
      [
        `${columns} columns, ${isolated ? "isolated" : "not isolated"}:`,
        `first picture after ${painted.toFixed(0)} ms, first answer after ${answered.toFixed(0)} ms;`,
        `dragging ${column} for ${seconds.toFixed(1)} s (${(moves / seconds).toFixed(0)} moves/s):`,
        `${(frames / seconds).toFixed(1)} frames/s, ${(answers / seconds).toFixed(1)} answers drawn/s, longest frame ${longest.toFixed(0)} ms, an answer takes the worker ${took};`,
        `processor time an answer: ${used.map(([kind, all]) => `${((1000 * all) / answers).toFixed(0)} ms ${kind}`).join(", ")}`,
      ].join(" "),
    );
  } finally {
    await page.close();
    await server.close();
  }
}

if (!chromium) throw new Error("There is no Chromium here (Debian: apt-get install chromium).");
const folder = mkdtempSync(join(tmpdir(), "anygiven-bench-explorer-"));
try {
  const site = given ?? join(folder, "site");
  if (given === undefined) await runCommandLine(["explore", "survey", "--out", site]);
  for (const isolated of [false, true]) await measured(site, isolated);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
