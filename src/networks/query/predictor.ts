/** @file Answers of the shared-context network. */

import { platform } from "../../runtime/platform.ts";
import { shareable } from "../../runtime/worker-pool.ts";
import type { FlowOptions } from "../../sampling/probability-flow.ts";
import { tableColumn } from "../../table/table.ts";
import type { AncestralRequest, Curves, Engine, EngineOptions, GivenTable } from "../engine.ts";
import type { ModelConfig } from "../model-config.ts";
import { columnPlace } from "../model-config.ts";
import { AnswerPool } from "./answer-pool.ts";
import { classOffsets, type SharedConfig, totalClasses } from "./config.ts";
import { type GivenRows, givenColumn } from "./given-rows.ts";
import type { RowsAnswer, Wanted } from "./row-answers.ts";

export class SharedEngine implements Engine {
  readonly #config: ModelConfig;
  readonly #network: SharedConfig;
  readonly #pool: AnswerPool;
  readonly #flow: FlowOptions;

  private constructor(config: ModelConfig, network: SharedConfig, pool: AnswerPool, flow: FlowOptions) {
    this.#config = config;
    this.#network = network;
    this.#pool = pool;
    this.#flow = flow;
  }

  static async open(
    config: ModelConfig,
    network: SharedConfig,
    weights: Float32Array,
    { flow, device, threads }: EngineOptions,
  ): Promise<SharedEngine> {
    const pool = await AnswerPool.open(
      { network, weights: shareable(weights), device, threads },
      platform().threads,
    );
    return new SharedEngine(config, network, pool, flow);
  }

  curves(rows: GivenTable, asked: readonly number[], levels: Float64Array): Promise<Curves[]> {
    return this.#curves(rows, asked, { kind: "levels", levels });
  }

  async curvesAt(rows: GivenTable, place: number, levels: Float32Array): Promise<Curves> {
    const [curves] = await this.#curves(rows, [place], { kind: "own levels", levels });
    return curves;
  }

  ancestral(rows: GivenTable, asked: readonly number[], request: AncestralRequest): Promise<Curves[]> {
    const { size, seed } = request;
    const streams = Array.from({ length: rows.rows }, (_, row) => request.streams(row));
    return this.#curves(rows, asked, { kind: "ancestral", size, seed, streams });
  }

  async logDensities(rows: GivenTable, place: number, values: Float32Array): Promise<Float64Array> {
    const [answer] = await this.#ask(rows, [place], { kind: "log density", values });
    return answer.numbers as Float64Array;
  }

  dispose(): Promise<void> {
    return this.#pool.dispose();
  }

  async #curves(rows: GivenTable, asked: readonly number[], wanted: Wanted): Promise<Curves[]> {
    const answers = await this.#ask(rows, asked, wanted);
    return answers.map((answer, i) => this.#withClasses(answer, rows.rows, asked[i]));
  }

  #ask(rows: GivenTable, asked: readonly number[], wanted: Wanted): Promise<RowsAnswer[]> {
    return this.#pool.ask({ given: this.#given(rows), asked, wanted, flow: this.#flow });
  }

  #given({ table, given, start, rows, first = start }: GivenTable): GivenRows {
    const cells = given.map((name) => {
      const place = columnPlace(this.#config, name);
      const column = tableColumn(table, name);
      const part = <T extends Float32Array | Float64Array>(all: T) => all.subarray(start, start + rows) as T;
      const own = {
        ...column,
        values: part(column.values),
        ...(column.errors && { errors: part(column.errors) }),
      };
      return givenColumn(own, place, this.#config.columns[place], table.source, first);
    });
    return { rows, cells };
  }

  /** The asked column's own classes, cut out of all columns'. */
  #withClasses({ numbers, probabilities }: RowsAnswer, questions: number, place: number): Curves {
    const nodes = numbers as Float32Array;
    const count = this.#network.classes[place];
    if (count === 0 || !probabilities) return { nodes };
    const total = totalClasses(this.#network);
    const from = classOffsets(this.#network)[place];
    const classes = new Float64Array(questions * count);
    for (let question = 0; question < questions; question++) {
      const own = probabilities.subarray(question * total + from, question * total + from + count);
      const sum = own.reduce((a, b) => a + b, 0);
      classes.set(
        Float64Array.from(own, (p) => p / sum),
        question * count,
      );
    }
    return { nodes, classes };
  }
}
