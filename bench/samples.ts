/**
 * @file How many ancestral samples a second, with the heads of the two published networks?
 *
 *     npx tsx bench/samples.ts
 */
import { measure, numberOf } from "./suite/children.ts";
import { measurePeer } from "./suite/peers.ts";
import { inTurn, type Side } from "./suite/rounds.ts";
import { comparison, type Row } from "./suite/rows.ts";
import { type Asked, type Question, runAlone } from "./suite/run-questions.ts";

interface Head {
  readonly config: "california" | "stellar";
  /** Of one question; both sides draw as many. */
  readonly samples: number;
  readonly atLeast: number;
}

const HEADS: readonly Head[] = [
  { config: "california", samples: 10_000, atLeast: 8 },
  // A peer needs seconds for a thousand; its rate does not depend on how many are drawn.
  { config: "stellar", samples: 2000, atLeast: 4 },
];

export const samples: Question = {
  name: "samples",
  async rows(asked) {
    const rows: Row[] = [];
    for (const head of HEADS) rows.push(await rowOf(head, asked));
    return rows;
  },
};

async function rowOf(
  { config, samples: size, atLeast }: Head,
  { rounds, seed, threads, peers }: Asked,
): Promise<Row> {
  const common = (round: number) => [
    "--config",
    config,
    "--samples",
    String(size),
    "--seed",
    String(seed + round),
  ];
  const sides: Record<string, Side> = {
    anygiven: async (round) =>
      numberOf(await measure("ours/samples.ts", [...common(round), "--repeats", "3"]), "samplesPerSecond"),
  };
  for (const peer of peers) {
    sides[peer.name] = async (round) => {
      const args = [...common(round), "--repeats", "1", "--threads", threads];
      return numberOf(await measurePeer(peer, "bench_sample.py", args), "samplesPerSecond");
    };
  }
  const measured = await inTurn(rounds, sides);
  return comparison({
    name: `ancestral samples, ${config}, ${size} of one question`,
    unit: "/s",
    better: "more",
    ours: measured.anygiven,
    peers: peers.map((peer) => ({ peer, rounds: measured[peer.name] })),
    atLeast,
  });
}

await runAlone(import.meta.url, samples);
