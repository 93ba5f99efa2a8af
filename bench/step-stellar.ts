/**
 * @file How long is a training step of the published stellar network (batch 1,024, 0 to 64 columns given), against
 * PyTorch and against the matrix products that it can't do without?
 *
 *     npx tsx bench/step-stellar.ts --rounds 1
 */
import { configOf } from "./ours/random-data.ts";
import { workOfRow } from "./suite/floating-point-work.ts";
import { MATMUL_SIZE, matmulRate } from "./suite/matmul-rate.ts";
import { median } from "./suite/median.ts";
import { pairedRatio } from "./suite/rounds.ts";
import { figure, type Row } from "./suite/rows.ts";
import { type Asked, type Question, runAlone } from "./suite/run-questions.ts";
import { type MeasuredSteps, measureSteps, stepRows } from "./suite/step-sides.ts";

const AT_LEAST = { padded: 11, cropped: 4 };
/** Times the floor. */
const AT_MOST = 1.25;

/** Steps of PyTorch take up to half a minute: two a round. */
const STEPS = 2;

/** Of the matrix products, in each round. */
const RATE_SECONDS = 3;

export const stepStellar: Question = {
  name: "step-stellar",
  async rows(asked) {
    const sides = {
      config: "stellar",
      most: 64,
      steps: STEPS,
      warmup: 1,
      // Of random weights, drawn by either side; AdamW's first steps throw the loss of either up to 20 and more.
      lossRatio: 3,
      rate: (round: number) => matmulRate(asked.threads, RATE_SECONDS, asked.seed + round),
    } as const;
    const measured = await measureSteps(asked, sides);
    return [...stepRows(sides, measured, AT_LEAST), floorRow(measured, asked)];
  },
};

/** Ours against the time that its floating-point operations take at the rate of a large matrix product. */
function floorRow({ lengths, ours, rates }: MeasuredSteps, { threads }: Asked): Row {
  const { network, settings } = configOf("stellar");
  const floors = lengths.map((contexts, round) => {
    const work = contexts.reduce((sum, given) => sum + settings.batchSize * workOfRow(network, given), 0);
    return (1000 * work) / contexts.length / rates[round];
  });
  const times = pairedRatio(ours, floors);
  return {
    name: "training step, stellar, over its matrix products",
    unit: "ms",
    ours: median(ours),
    peers: [],
    target: { text: `<= ${AT_MOST}x floor; is ${figure(times)}x`, met: times <= AT_MOST },
    note: `the floor is ${figure(median(floors))} ms: the operations of the step's matrix products (without padding, the last layer for one place) at the rate of ONNX Runtime's product of matrices of ${MATMUL_SIZE} x ${MATMUL_SIZE}, one single-threaded session on each of ${threads} cores at once: ${figure(median(rates) / 1e9)} GFLOP/s`,
  };
}

await runAlone(import.meta.url, stepStellar);
