/** @file Answers of the shared-context network. */
import type { ModelConfig } from "../../model/model-config.ts";
import { classOffsets, type SharedConfig, totalClasses } from "../../network/shared/config.ts";
import type { AncestralRequest, Curves, Engine, EngineOptions, GivenTable } from "../engine.ts";
import { columnPlace, tableColumn } from "../questions.ts";
import { Denoiser, type SteeringRows } from "./denoiser.ts";
import { flow, flowOnLevels } from "./flow.ts";
import { type GivenRows, givenColumn } from "./given-rows.ts";
import { logDensities } from "./log-density.ts";
import { byParts } from "./parts.ts";
import { walk } from "./walk.ts";

export class SharedEngine implements Engine {
  readonly #config: ModelConfig;
  readonly #network: SharedConfig;
  readonly #denoiser: Denoiser;
  readonly #options: EngineOptions;

  private constructor(
    config: ModelConfig,
    network: SharedConfig,
    denoiser: Denoiser,
    options: EngineOptions,
  ) {
    this.#config = config;
    this.#network = network;
    this.#denoiser = denoiser;
    this.#options = options;
  }

  static async open(
    config: ModelConfig,
    network: SharedConfig,
    weights: Float32Array,
    options: EngineOptions,
  ): Promise<SharedEngine> {
    return new SharedEngine(config, network, await Denoiser.load(network, weights, options), options);
  }

  async curves(rows: GivenTable, asked: readonly number[], levels: Float64Array): Promise<Curves[]> {
    const steerings = await this.#denoiser.steer(this.#given(rows), asked);
    const answers: Curves[] = [];
    for (const [i, steering] of steerings.entries()) {
      const nodes = await byParts(this.#denoiser, steering, levels.length, (field) =>
        flowOnLevels(field, levels, this.#options.flow),
      );
      answers.push(this.#withClasses(nodes, steering, asked[i]!));
    }
    return answers;
  }

  async curvesAt(rows: GivenTable, place: number, levels: Float32Array): Promise<Curves> {
    const [steering] = await this.#denoiser.steer(this.#given(rows), [place]);
    const perRow = levels.length / rows.rows;
    const nodes = await byParts(this.#denoiser, steering!, perRow, (field, start) =>
      flow(field, levels.subarray(start * perRow, (start + field.questions) * perRow), this.#options.flow),
    );
    return this.#withClasses(nodes, steering!, place);
  }

  async ancestral(rows: GivenTable, asked: readonly number[], request: AncestralRequest): Promise<Curves[]> {
    const { size, seed, streams } = request;
    const steerings = await this.#denoiser.steer(this.#given(rows), asked);
    const answers: Curves[] = [];
    for (const [i, steering] of steerings.entries()) {
      const nodes = await walk(this.#denoiser, steering, size, seed, (row) => streams(row)[i]!);
      answers.push(this.#withClasses(nodes, steering, asked[i]!));
    }
    return answers;
  }

  async logDensities(rows: GivenTable, place: number, values: Float32Array): Promise<Float64Array> {
    const [steering] = await this.#denoiser.steer(this.#given(rows), [place]);
    return logDensities(this.#denoiser, steering!, values);
  }

  dispose(): Promise<void> {
    return this.#denoiser.dispose();
  }

  #given({ table, given, start, rows }: GivenTable): GivenRows {
    const cells = given.map((name) => {
      const place = columnPlace(this.#config, name);
      const column = tableColumn(table, name);
      const part = <T extends Float32Array | Float64Array>(all: T) => all.subarray(start, start + rows) as T;
      const own = {
        ...column,
        values: part(column.values),
        ...(column.errors && { errors: part(column.errors) }),
      };
      return givenColumn(own, place, this.#config.columns[place]!, table.source);
    });
    return { rows, cells };
  }

  /** The asked column's own classes, cut out of all columns'. */
  #withClasses(nodes: Float32Array, { probabilities, questions }: SteeringRows, place: number): Curves {
    const count = this.#network.classes[place]!;
    if (count === 0 || !probabilities) return { nodes };
    const total = totalClasses(this.#network);
    const from = classOffsets(this.#network)[place]!;
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
