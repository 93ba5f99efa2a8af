/**
 * @file How much memory does training the published stellar network take (batch 1,024, 64 columns given)?
 *
 *     npx tsx bench/memory.ts
 */
import { measure, numberOf } from "./suite/children.ts";
import { measurePeer } from "./suite/peers.ts";
import { comparison } from "./suite/rows.ts";
import { type Question, runAlone } from "./suite/run-questions.ts";

const AT_LEAST = 8;

export const memory: Question = {
  name: "memory",
  async rows({ seed, threads, peers }) {
    // One process each: the tensors of a step decide a peak, not what else the machine does.
    const common = ["--config", "stellar", "--context", "64", "--warmup", "1", "--seed", String(seed)];
    const ours = await measure("ours/step.ts", [...common, "--steps", "3", "--workers", String(threads)]);
    const theirs: { peer: (typeof peers)[number]; rounds: number[] }[] = [];
    for (const peer of peers) {
      const measured = await measurePeer(peer, "bench_step.py", [
        ...common,
        "--steps",
        "1",
        "--threads",
        threads,
      ]);
      theirs.push({ peer, rounds: [numberOf(measured, "peakMegabytes")] });
    }
    return [
      comparison({
        name: "peak memory of training, stellar, context 64",
        unit: "MB",
        better: "less",
        ours: [numberOf(ours, "peakMegabytes")],
        peers: theirs,
        atLeast: AT_LEAST,
        note: "the most that the process had resident, all its threads and libraries included (either side is one process); measured once, as it varies little",
      }),
    ];
  },
};

await runAlone(import.meta.url, memory);
