/**
 * @file How many rows a second get the full distribution of a column, against the original's way: median and MAD of
 * 10,000 ancestral samples a row?
 *
 *     npx tsx bench/density.ts
 */
import { measure, numberOf } from "./suite/children.ts";
import { measurePeer } from "./suite/peers.ts";
import { inTurn, type Side } from "./suite/rounds.ts";
import { comparison } from "./suite/rows.ts";
import { type Question, runAlone } from "./suite/run-questions.ts";

const AT_LEAST = 300;
const ROWS = 10_000;
/** A peer takes about a second for each; its rate does not depend on how many there are. */
const PEER_ROWS = 3;

export const density: Question = {
  name: "density",
  async rows({ rounds, seed, threads, peers, quick }) {
    const sides: Record<string, Side> = {
      anygiven: async (round) => {
        const args = ["--rows", String(quick ? ROWS / 5 : ROWS), "--seed", String(seed + round)];
        return numberOf(await measure("ours/density.ts", args), "rowsPerSecond");
      },
    };
    for (const peer of peers) {
      sides[peer.name] = async (round) => {
        const args = ["--rows", PEER_ROWS, "--seed", seed + round, "--threads", threads];
        return numberOf(await measurePeer(peer, "bench_density.py", args), "rowsPerSecond");
      };
    }
    const measured = await inTurn(rounds, sides);
    return [
      comparison({
        name: "distributions of one column of nine, a row each",
        unit: "rows/s",
        better: "more",
        ours: measured.anygiven,
        peers: peers.map((peer) => ({ peer, rounds: measured[peer.name] })),
        atLeast: AT_LEAST,
        note: "ours: 101 quantiles without noise, a model of the preset default; PyTorch: median and MAD of 10,000 ancestral samples of the published California network, as its predict_summary",
      }),
    ];
  },
};

await runAlone(import.meta.url, density);
