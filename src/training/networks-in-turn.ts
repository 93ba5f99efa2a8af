/**
 * @file Networks that are trained in turn: each begins when the one before learns no more, and what they answer is the even
 * mixture of their answers, as of networks that are trained side by side (`networks/query/members.ts`). Where a single network
 * has learnt all that it can, a second one with other start values still makes answers better; and where it has not, nothing
 * is lost, for the second one has not begun.
 */
import { initialise, parameterCount } from "../networks/parts/parameter-layout.ts";
import { type NetworkConfig, networkOf, networkOfMembers } from "../networks/registry.ts";
import type { GradientWorkers } from "./gradient-workers.ts";
import {
  answeredTogether,
  type HeldOutQuestions,
  type JudgedAnswers,
} from "./judgement/held-out-questions.ts";
import { type Difference, difference } from "./judgement/judgement.ts";

type Weights = Float32Array<ArrayBuffer>;

/** The networks that are done, and what they answer on held-out rows. */
export class NetworksInTurn {
  readonly #questions: HeldOutQuestions;
  readonly #workers: GradientWorkers;
  readonly #finished: Weights[];
  /** Of as many of them as were asked so far. */
  readonly #answers: JudgedAnswers[] = [];

  /** @param finished what is kept of the networks that are done, of a run that is gone on with. */
  constructor(questions: HeldOutQuestions, workers: GradientWorkers, finished: readonly Weights[] = []) {
    this.#questions = questions;
    this.#workers = workers;
    this.#finished = [...finished];
  }

  get finished(): readonly Weights[] {
    return this.#finished;
  }

  add(weights: Weights): void {
    this.#finished.push(weights);
  }

  /**
   * What held-out answers gain by another network; undefined where it is the first. The workers are left with weights that
   * were asked here.
   */
  async gainBy(weights: Weights): Promise<Difference | undefined> {
    if (this.#finished.length === 0) return undefined;
    while (this.#answers.length < this.#finished.length)
      this.#answers.push(await this.#ask(this.#finished[this.#answers.length]));
    const others = this.#answers;
    const scoresOf = (answers: readonly JudgedAnswers[]) => this.#questions.scores(answeredTogether(answers));
    return difference(scoresOf(others), scoresOf([...others, await this.#ask(weights)]));
  }

  #ask(weights: Weights): Promise<JudgedAnswers> {
    this.#workers.setWeights(weights);
    return this.#questions.answers(this.#workers);
  }
}

/** The network that so many are together. */
export function networkTogether(network: NetworkConfig, count: number): NetworkConfig {
  return count === 1 ? network : networkOfMembers(network, networkOf(network).members * count);
}

/** Start values of the network that begins when so many are done, other than theirs. */
export function weightsOfAnother(network: NetworkConfig, seed: number, finished: number): Weights {
  const count = parameterCount(networkOf(network).parameters);
  const all = networkOf(networkTogether(network, finished + 1)).parameters;
  const flat = new Float32Array(parameterCount(all));
  initialise(all, flat, seed);
  return flat.slice(finished * count);
}

/** The weights of a network that several are together. */
export function weightsTogether(networks: readonly Weights[]): Weights {
  const [first, ...others] = networks;
  if (others.length === 0) return first;
  const flat = new Float32Array(first.length * networks.length);
  for (const [k, weights] of networks.entries()) flat.set(weights, k * first.length);
  return flat;
}
