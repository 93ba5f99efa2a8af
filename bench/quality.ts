/**
 * @file How long until a model of California Housing is as good as the published one is after all of its training?
 *
 *     npx tsx bench/quality.ts
 */
import { california } from "./densities/data/california.ts";
import { sharedReference } from "./densities/data/shared-data.ts";
import { measure, numberOf } from "./suite/children.ts";
import { measurePeer, type Peer } from "./suite/peers.ts";
import { inTurn, type Side } from "./suite/rounds.ts";
import { comparison, figure, skipped } from "./suite/rows.ts";
import { type Question, runAlone } from "./suite/run-questions.ts";

const AT_LEAST = 40;
/** Of the published training (ALGORITHM.md, "Published models"). */
const PUBLISHED_EPOCHS = 512;
/** What must be as good; plain NLL counts point masses of ours, and can't be set against a density's. */
const SCORES = ["intervalNll", "crps", "ks"] as const;
const NAME = "California, time to the published quality";

export const quality: Question = {
  name: "quality",
  async rows({ rounds, seed, threads, peers }) {
    if ((await california()) === undefined || sharedReference("california") === undefined) {
      return [
        skipped(
          NAME,
          "the table and the published checkpoint are not there: set ANYGIVEN_BENCH_DATA to a folder `data` that holds california_housing, with `reference/california` beside it",
        ),
      ];
    }
    const goal = await measure("ours/california-goal.ts", []);
    const wanted = Object.fromEntries(SCORES.map((name) => [name, numberOf(goal, name)]));
    const common = (round: number) => ["--seed", String(seed + round)];
    const ofOurs = (file: string, name: string, more: readonly string[]): Side => {
      return async (round) => {
        const args = [...common(round), "--workers", String(threads), ...more];
        return numberOf(await measure(file, args), name);
      };
    };
    const ofPeer = (peer: Peer): Side => {
      return async (round) => {
        const args = [...common(round), "--epochs", 2, "--threads", threads, "--json"];
        return numberOf(await measurePeer(peer, "train_california.py", args), "secondsPerEpoch");
      };
    };
    const sides: Record<string, Side> = {
      anygiven: ofOurs("ours/california-time.ts", "wallSeconds", ["--goal", JSON.stringify(wanted)]),
      "anygiven, published recipe": ofOurs("ours/epoch.ts", "secondsPerEpoch", ["--epochs", "2"]),
    };
    for (const peer of peers) sides[peer.name] = ofPeer(peer);
    const measured = await inTurn(rounds, sides);
    const epochs = peers.map((peer) => ({ peer, rounds: measured[peer.name] }));
    return [
      comparison({
        name: NAME,
        unit: "s",
        better: "less",
        ours: measured.anygiven,
        peers: epochs.map(({ peer, rounds: seconds }) => ({
          peer,
          rounds: seconds.map((each) => PUBLISHED_EPOCHS * each),
        })),
        atLeast: AT_LEAST,
        note: `ours: training of the preset default, epoch by epoch, each begun anew, until interval NLL, CRPS and KS distance of 6,192 questions about held-out rows are at most ${SCORES.map((name) => figure(wanted[name])).join(", ")}, those of the published checkpoint (which may have been trained on these rows); PyTorch: its seconds per epoch times ${PUBLISHED_EPOCHS}`,
      }),
      comparison({
        name: "California, an epoch of the published recipe",
        unit: "s",
        better: "less",
        ours: measured["anygiven, published recipe"],
        peers: epochs,
        note: "the same network, batches and optimizer: its own loss after so many epochs comes this much sooner; validation not included",
      }),
    ];
  },
};

await runAlone(import.meta.url, quality);
