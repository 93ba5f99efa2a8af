/** @file Sampling on several threads: each draws its share, and the samples are those of one thread. */
import { availableParallelism } from "node:os";
import { allAnswered, allStarted, WorkerThread } from "../../runtime/node/worker-thread.ts";
import { AncestralSampler, blockSize, type SamplerSetup, type SampleShare } from "./ancestral-sampler.ts";

export type SampleRequest = Omit<SampleShare, "from" | "to"> & { readonly size: number };

/** Multiplications worth the start of threads, in one request or in several: those of about a third of a second. */
const WORTH_THREADS = 1e10;

export class SamplerPool {
  readonly #setup: SamplerSetup;
  #own: Promise<AncestralSampler> | undefined;
  #threads: Promise<WorkerThread<SampleShare, Float32Array>[]> | undefined;
  /** Multiplications asked for so far. */
  #asked = 0;

  constructor(setup: SamplerSetup) {
    this.#setup = setup;
  }

  /**
   * Requests made at the same time are answered one after the other: a sampler has one set of arrays.
   * @returns (rows, size, dimension), standardised, row-major.
   */
  sample(request: SampleRequest): Promise<Float32Array> {
    const turn = this.#turn.then(() => this.#sampleNow(request));
    this.#turn = turn.catch(() => undefined); // whoever asked hears of it; the next may go on
    return turn;
  }
  #turn: Promise<unknown> = Promise.resolve();

  async #sampleNow(request: SampleRequest): Promise<Float32Array> {
    const { size, rowNumbers } = request;
    const { device, network } = this.#setup;
    const { steps, layers, width } = network.head;
    this.#asked += rowNumbers.length * size * steps * layers * width * width;
    const count = device === "cpu" ? availableParallelism() : 1;
    if (count === 1 || this.#asked < WORTH_THREADS) {
      this.#own ??= AncestralSampler.load(this.#setup).catch((error: unknown) => {
        this.#own = undefined; // so that the next question tries again
        throw error;
      });
      return (await this.#own).sample({ ...request, from: 0, to: size });
    }
    this.#threads ??= allStarted(
      Array.from({ length: count }, () =>
        WorkerThread.start<SampleShare, Float32Array>("#sampler-worker", this.#setup),
      ),
    ).catch((error: unknown) => {
      this.#threads = undefined;
      throw error;
    });
    const threads = await this.#threads;
    return rowNumbers.length >= 2 * count
      ? this.#byRows(threads, request)
      : this.#bySamples(threads, request);
  }

  async dispose(): Promise<void> {
    await (await this.#own)?.dispose();
    for (const thread of (await this.#threads) ?? []) await thread.stop();
    this.#own = undefined;
    this.#threads = undefined;
    this.#asked = 0;
  }

  /** Each thread takes some of the rows. */
  async #byRows(
    threads: readonly SamplerThread[],
    { size, ...request }: SampleRequest,
  ): Promise<Float32Array> {
    const { conditions, rowNumbers } = request;
    const { conditionDimension, dimension } = this.#setup.network.head;
    const rows = rowNumbers.length;
    const samples = new Float32Array(rows * size * dimension);
    await allAnswered(
      threads.map(async (thread, i) => {
        const [start, end] = [share(rows, i, threads.length), share(rows, i + 1, threads.length)];
        const drawn = await thread.ask({
          ...request,
          conditions: conditions.slice(start * conditionDimension, end * conditionDimension),
          rowNumbers: rowNumbers.slice(start, end),
          from: 0,
          to: size,
        });
        samples.set(drawn, start * size * dimension);
      }),
    );
    return samples;
  }

  /** Each thread takes some of the samples of every row, whole blocks. */
  async #bySamples(
    threads: readonly SamplerThread[],
    { size, ...request }: SampleRequest,
  ): Promise<Float32Array> {
    const { head } = this.#setup.network;
    const rows = request.rowNumbers.length;
    const block = blockSize(head);
    const blocks = Math.ceil(size / block);
    const samples = new Float32Array(rows * size * head.dimension);
    await allAnswered(
      threads.map(async (thread, i) => {
        const from = Math.min(size, share(blocks, i, threads.length) * block);
        const to = Math.min(size, share(blocks, i + 1, threads.length) * block);
        if (from === to) return;
        const drawn = await thread.ask({ ...request, from, to });
        const length = (to - from) * head.dimension;
        for (let row = 0; row < rows; row++) {
          samples.set(drawn.subarray(row * length, (row + 1) * length), (row * size + from) * head.dimension);
        }
      }),
    );
    return samples;
  }
}

type SamplerThread = WorkerThread<SampleShare, Float32Array>;

/** Where the i-th of `parts` even shares of `total` begins. */
const share = (total: number, i: number, parts: number) => Math.floor((total * i) / parts);
