/** @file Sampling on several threads: each draws its share, and the samples are those of one thread. */
import { concatenated } from "../../numeric/struct-of-arrays.ts";
import { type CutQuestion, evenShares, type ThreadStarter, WorkerPool } from "../../runtime/worker-pool.ts";
import { loadSampler, type SamplerSetup, type SampleShare } from "./ancestral-sampler.ts";
import type { HeadConfig } from "./config.ts";
import { blockSize } from "./head-weights.ts";

export type SampleRequest = Omit<SampleShare, "from" | "to"> & { readonly size: number };

/** Multiplications worth the start of threads, in one request or in several: those of about a third of a second. */
const WORTH_THREADS = 1e10;

export class SamplerPool {
  readonly #head: HeadConfig;
  readonly #pool: WorkerPool<SampleShare, Float32Array>;
  /** Multiplications of all that was drawn so far. */
  #work = 0;

  constructor(setup: SamplerSetup, starter: ThreadStarter) {
    this.#head = setup.network.head;
    this.#pool = new WorkerPool({
      starter,
      threads: setup.device === "cpu" ? starter.cores : 1,
      worker: "draw samples",
      setup,
      worthThreads: WORTH_THREADS,
      load: () => loadSampler(setup),
    });
  }

  /** @returns (rows, size, dimension), standardised, row-major. */
  sample(request: SampleRequest): Promise<Float32Array> {
    const { size, rowNumbers } = request;
    const { steps, layers, width } = this.#head;
    this.#work += rowNumbers.length * size * steps * layers * width * width;
    return this.#pool.ask({
      work: this.#work,
      cut: (count) =>
        rowNumbers.length >= 2 * count
          ? byRows(request, count, this.#head)
          : bySamples(request, count, this.#head),
    });
  }

  dispose(): Promise<void> {
    return this.#pool.dispose();
  }
}

type CutSamples = CutQuestion<SampleShare, Float32Array>;

/** Each part is some of the rows. */
function byRows(
  { size, conditions, rowNumbers, seed }: SampleRequest,
  count: number,
  { conditionDimension }: HeadConfig,
): CutSamples {
  const parts = evenShares(rowNumbers.length, count).map(({ from, to }) => ({
    conditions: conditions.slice(from * conditionDimension, to * conditionDimension),
    rowNumbers: rowNumbers.slice(from, to),
    from: 0,
    to: size,
    seed,
  }));
  return { parts, join: concatenated };
}

/** Each part is some of the samples of every row, whole blocks. */
function bySamples({ size, ...request }: SampleRequest, count: number, head: HeadConfig): CutSamples {
  const block = blockSize(head);
  const parts = evenShares(Math.ceil(size / block), count)
    .map(({ from, to }) => ({ ...request, from: from * block, to: Math.min(size, to * block) }))
    .filter(({ from, to }) => from < to);
  const rows = request.rowNumbers.length;
  return {
    parts,
    join: (answers) => {
      const samples = new Float32Array(rows * size * head.dimension);
      parts.forEach(({ from, to }, part) => {
        const length = (to - from) * head.dimension;
        for (let row = 0; row < rows; row++) {
          const drawn = answers[part].subarray(row * length, (row + 1) * length);
          samples.set(drawn, (row * size + from) * head.dimension);
        }
      });
      return samples;
    },
  };
}
