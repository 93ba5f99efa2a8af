/** @file The training loop: draw a batch, find the gradient, take a step; validate, log and save. */

import type { BatchSampler, Network } from "../networks/network.ts";
import { parameterCount } from "../networks/parts/parameter-layout.ts";
import { networkOf } from "../networks/registry.ts";
import { type Generator, generator, generatorFromState } from "../numeric/generator.ts";
import { averageRate } from "../numeric/power-average.ts";
import { createKernels, type Kernels } from "../runtime/kernels/kernels.ts";
import { GradientWorkers } from "./gradient-workers.ts";
import { HeldOutQuestions } from "./judgement/held-out-questions.ts";
import {
  type ColumnScores,
  isDone,
  type Judgement,
  judged,
  lastStepForetold,
  NO_JUDGEMENT,
  nextCheck,
} from "./judgement/judgement.ts";
import { checkOf, type Kept, keptAtTheEnd, modelOf, reportOf, togetherOf } from "./judgement/report.ts";
import { learningRate, nextPlateau, startPlateau } from "./learning-rate.ts";
import { nextScale, startScale } from "./loss-scale.ts";
import { NetworksInTurn, weightsOfAnother } from "./networks-in-turn.ts";
import { type Checkpoint, type Progress, stepsOfNetwork } from "./progress.ts";
import { recalibrated } from "./recalibration/recalibrate.ts";
import type { EpochMetrics } from "./run-log.ts";
import type { Split } from "./split.ts";
import { outputsOf } from "./training-rows.ts";
import { DivergedError, type TrainerOptions, type TrainingEnd } from "./training-run.ts";

/** Trains from a state to the end, an abort, or a validation loss that no longer falls. */
export async function runTraining(options: TrainerOptions): Promise<TrainingEnd> {
  const trainer = await Trainer.start(options);
  try {
    return await trainer.conclude(await trainer.run());
  } finally {
    await trainer.stop();
  }
}

class Trainer {
  readonly #options: TrainerOptions;
  readonly #network: Network;
  readonly #kernels: Kernels;
  readonly #workers: GradientWorkers;
  readonly #weights: Float32Array;
  readonly #first: Float32Array;
  readonly #second: Float32Array;
  /** The average over the steps, where the model is made of that. */
  readonly #average: Float32Array | undefined;
  #best: Float32Array | undefined;
  /** The workers have a copy of its batch, so the next is drawn here while they run. */
  readonly #sampler: BatchSampler;
  readonly #split: Split;
  /** What the columns are judged by, where the network can tell, and the networks that are done. */
  readonly #questions: HeldOutQuestions | undefined;
  readonly #networks: NetworksInTurn | undefined;
  /** Whether no other network begins when the running one learns no more. */
  #isLast = true;
  #progress: Progress;

  private constructor(
    options: TrainerOptions,
    kernels: Kernels,
    workers: GradientWorkers,
    questions: HeldOutQuestions | undefined,
  ) {
    const { rows, settings, split, start, config } = options;
    this.#options = options;
    this.#network = networkOf(config.network);
    this.#kernels = kernels;
    this.#workers = workers;
    const count = parameterCount(this.#network.parameters);
    this.#weights = kernels.floats(count);
    this.#first = kernels.floats(count);
    this.#second = kernels.floats(count);
    this.#weights.set(start.weights);
    this.#first.set(start.firstMoment);
    this.#second.set(start.secondMoment);
    const lossScale = start.progress.lossScale ?? startScale(settings.precision);
    this.#progress = { ...start.progress, ...(lossScale && { lossScale }) };
    this.#average = settings.averaging > 0 ? Float32Array.from(start.average ?? start.weights) : undefined;
    this.#best = start.best;
    this.#sampler = this.#network.sampler(rows, outputsOf(config.columns), settings);
    this.#split = split;
    this.#questions = questions;
    this.#networks = questions && new NetworksInTurn(questions, workers, start.finished);
    this.#isLast = !this.#mayBegin(this.#networks);
  }

  static async start(options: TrainerOptions): Promise<Trainer> {
    const { config, settings, device, workers } = options;
    const network = networkOf(config.network);
    const count = parameterCount(network.parameters);
    const { rows, split } = options;
    const questions = await HeldOutQuestions.start(network, config.columns, settings, rows, split);
    const kernels = createKernels(Array(5).fill(count));
    const pool = await GradientWorkers.start(config.network, {
      device,
      precision: settings.precision,
      workers,
      seed: settings.seed,
      capacity: network.capacity(config.columns.length, outputsOf(config.columns), settings),
      kernels,
    });
    return new Trainer(options, kernels, pool, questions);
  }

  async run(): Promise<TrainingEnd["why"]> {
    const { settings, signal, onEpoch } = this.#options;
    this.#workers.setWeights(this.#weights);
    await this.#endOfNetwork();
    while (this.#progress.epoch < settings.epochs) {
      // Asked before each epoch, not after: a run that is resumed where it stalled must not train another.
      if (this.#hasStalled()) return "no better validation loss";
      if (this.#isDone()) return "done";
      const began = performance.now();
      const stepBefore = this.#progress.step;
      const trained = await this.#epoch(began);
      this.#addSeconds(began);
      if (this.#isOutOfTime(performance.now()) && trained < this.#split.steps) return "out of time";
      if (this.#isDone() && trained < this.#split.steps) return "done";
      if (signal?.aborted && trained < this.#split.steps) return "interrupted";
      const metrics = await this.#finishEpoch(trained, began, stepBefore);
      await onEpoch(metrics, () => this.#checkpoint());
      if (signal?.aborted) return "interrupted";
      if (this.#isOutOfTime(performance.now())) return "out of time";
    }
    return this.#hasStalled() ? "no better validation loss" : "finished";
  }

  /** After the run: the state is handed out, then looked at once more. */
  async conclude(why: TrainingEnd["why"]): Promise<TrainingEnd> {
    const checkpoint = this.#checkpoint();
    await this.#options.onEnd(checkpoint);
    const { config, settings, device } = this.#options;
    if (!this.#questions || !this.#networks || this.#progress.step === 0)
      return { checkpoint, why, model: modelOf(config, checkpoint) };
    const kept = await this.#kept(checkpoint);
    const gain = await this.#networks.gainBy(kept.weights);
    // A network that had little time makes the mean of all worse.
    const isTaken = gain === undefined || gain.score > 0;
    const networks = [...this.#networks.finished, ...(isTaken ? [kept.weights] : [])];
    const reached = await this.#questions.reached(this.#workers, networks);
    const { columns } = config;
    const averaged = networks.length;
    const report = reportOf({ averaged, why, kept, checkpoint, reached, columns, split: this.#split });
    const { weights, config: together } = togetherOf(config, networks);
    if (!("recalibrate" in settings && settings.recalibrate))
      return { checkpoint, why, model: { config: { ...together, report }, weights } };
    const trained = { config: together, settings, weights, device };
    const made = await recalibrated(trained, this.#questions.heldOut);
    const told = { ...report, recalibration: made.report };
    return {
      checkpoint,
      why,
      model: { config: { ...together, columns: made.columns, report: told }, weights },
    };
  }

  #kept(checkpoint: Checkpoint): Promise<Kept> {
    return keptAtTheEnd(checkpoint, this.#options.settings.keepBest, (weights) => this.#scores(weights));
  }

  /** Where the running network learns no more, and another may pay: begins that. */
  async #endOfNetwork(): Promise<void> {
    if (this.#isLast || !this.#networks || !isDone(this.#judgement)) return;
    const { config, settings, onNetwork } = this.#options;
    const { weights } = await this.#kept(this.#checkpoint());
    const gain = await this.#networks.gainBy(weights);
    const count = this.#networks.finished.length + 1;
    if (gain && !gain.isWorthMore) {
      this.#isLast = true;
      await onNetwork?.(
        `Network ${count} learns no more, and hardly makes the others' answers better: no other begins.`,
      );
    } else {
      this.#networks.add(weights);
      this.#begin(weightsOfAnother(config.network, settings.seed, count));
      this.#isLast = !this.#mayBegin(this.#networks);
      await onNetwork?.(
        `Network ${count} learns no more: network ${count + 1} begins, and their answers will be averaged.`,
      );
    }
    this.#workers.setWeights(this.#weights);
  }

  /** Another network starts, with these weights. */
  #begin(weights: Float32Array): void {
    this.#weights.set(weights);
    this.#first.fill(0);
    this.#second.fill(0);
    this.#average?.set(weights);
    this.#best = undefined;
    const { settings } = this.#options;
    this.#progress = {
      ...this.#progress,
      stepsBefore: this.#progress.step,
      judgement: NO_JUDGEMENT,
      plateau: startPlateau(settings),
      bestValidation: null,
    };
  }

  /** Whether another network may begin when the running one learns no more. */
  #mayBegin(networks: NetworksInTurn | undefined): boolean {
    const { settings } = this.#options;
    return networks !== undefined && "turns" in settings && networks.finished.length + 1 < settings.turns;
  }

  stop(): Promise<void> {
    return this.#workers.stop();
  }

  /** The steps of one epoch that are still to do. @returns how many of its steps are done. */
  async #epoch(began: number): Promise<number> {
    const { settings, signal, onStep } = this.#options;
    const { epoch } = this.#progress;
    const { steps, training } = this.#split;
    const order = training.slice();
    generator(settings.seed, "order", epoch).shuffle(order);
    const random = this.#batchGenerator();
    const draw = async (step: number) => {
      const rows = await this.#options.rows.at(
        order,
        step * settings.batchSize,
        (step + 1) * settings.batchSize,
      );
      // The state after this draw belongs to the checkpoint after this step, not after the next draw.
      return { rows: this.#sampler.draw(rows, random), state: random.state() };
    };
    let stepOfEpoch = this.#progress.stepOfEpoch;
    let drawn = stepOfEpoch < steps ? await draw(stepOfEpoch) : undefined;
    while (drawn && !signal?.aborted && !this.#isDone() && !this.#isOutOfTime(began)) {
      const { rows, state } = drawn;
      const { lossScale } = this.#progress;
      const running = this.#workers.gradient(
        this.#sampler.batch,
        rows,
        this.#progress.step,
        lossScale?.factor,
      );
      // A failed run is met below, where it is waited for, not while the next rows are.
      running.catch(() => undefined);
      drawn = stepOfEpoch + 1 < steps ? await draw(stepOfEpoch + 1) : undefined;
      const loss = await running;
      if (!Number.isFinite(loss)) throw new DivergedError(epoch + 1, this.#progress.step + 1, loss);
      const step = this.#progress.step + 1;
      const overflowed = lossScale !== undefined && !this.#workers.sum.every(Number.isFinite);
      // An overflow that no scale mends is the network's own.
      if (overflowed && lossScale.factor < 1)
        throw new DivergedError(epoch + 1, step, Number.POSITIVE_INFINITY);
      if (!overflowed) this.#takeStep(step - (this.#progress.stepsBefore ?? 0));
      if (lossScale) this.#progress = { ...this.#progress, lossScale: nextScale(lossScale, !overflowed) };
      stepOfEpoch++;
      const lossSum = this.#progress.lossSum + loss;
      this.#progress = { ...this.#progress, step, stepOfEpoch, lossSum, generator: state };
      const stepsLeft = this.#stepsLeft();
      const told = {
        epoch,
        epochs: settings.epochs,
        stepOfEpoch,
        stepsPerEpoch: steps,
        loss: lossSum / stepOfEpoch,
        ...(stepsLeft !== undefined && { stepsLeft }),
      };
      onStep?.(told, () => this.#checkpoint());
      await this.#judge();
    }
    return stepOfEpoch;
  }

  /** @param step of the running network. */
  #takeStep(step: number): void {
    this.#kernels.adamW(this.#weights, this.#workers.sum, this.#first, this.#second, {
      ...this.#network.optimizer,
      learningRate: this.#rate(),
      step,
    });
    this.#addToAverage(step);
    this.#workers.setWeights(this.#weights);
  }

  async #finishEpoch(steps: number, began: number, stepBefore: number): Promise<EpochMetrics> {
    const { settings } = this.#options;
    const rate = this.#rate();
    const trainingSeconds = (performance.now() - began) / 1000;
    const stepsNow = this.#progress.step - stepBefore;
    const loss = this.#progress.lossSum / steps;
    const epoch = this.#progress.epoch + 1;
    const validationBegan = performance.now();
    const validationLoss = await this.#validate();
    this.#addSeconds(validationBegan);
    const watched = Number.isNaN(validationLoss) ? loss : validationLoss;
    const { bestValidation: best } = this.#progress;
    const isBest = best === null || watched < best.loss;
    if (isBest && settings.keepBest && !this.#questions)
      this.#best = Float32Array.from(this.#average ?? this.#weights);
    this.#progress = {
      ...this.#progress,
      epoch,
      stepOfEpoch: 0,
      lossSum: 0,
      generator: null,
      plateau: nextPlateau(this.#progress.plateau, watched, settings),
      bestValidation: isBest ? { loss: watched, epoch } : best,
    };
    const { step, seconds } = this.#progress;
    const rowsPerSecond = (stepsNow * settings.batchSize) / trainingSeconds;
    return { epoch, step, seconds, loss, validationLoss, learningRate: rate, rowsPerSecond };
  }

  /**
   * The loss on the held-out rows, the same questions and noise every time; NaN if no row is held out.
   * @throws DivergedError if it is not a number: before a checkpoint is made of such weights.
   */
  async #validate(): Promise<number> {
    const { settings } = this.#options;
    const { validation } = this.#split;
    if (this.#average) this.#workers.setWeights(this.#average);
    const random = generator(settings.seed, "validation");
    let sum = 0;
    let counted = 0;
    for (let start = 0; start < validation.length; start += settings.batchSize) {
      const end = Math.min(start + settings.batchSize, validation.length);
      const indices = await this.#options.rows.at(validation, start, end);
      const rows = this.#sampler.draw(indices, random);
      sum += rows === 0 ? 0 : rows * (await this.#workers.loss(this.#sampler.batch, rows));
      counted += rows;
    }
    if (this.#average) this.#workers.setWeights(this.#weights);
    if (counted > 0 && !Number.isFinite(sum)) {
      throw new DivergedError(this.#progress.epoch + 1, this.#progress.step, sum / counted);
    }
    return sum / counted;
  }

  /** After a step, if it is time: what the columns have learnt, and whether these are the best weights so far. */
  async #judge(): Promise<void> {
    const step = stepsOfNetwork(this.#progress);
    if (!this.#questions || step < nextCheck(this.#judgement, this.#questions.stepsApart)) return;
    const { keepBest } = this.#options.settings;
    const weights = this.#average ?? this.#weights;
    const { judgement, isBest } = judged(this.#judgement, step, await this.#scores(weights));
    if (isBest && keepBest) this.#best = Float32Array.from(weights);
    this.#progress = { ...this.#progress, judgement };
    this.#options.onCheck?.(checkOf(this.#progress, this.#options.config.columns));
    await this.#endOfNetwork();
  }

  /** What these weights are worth on the held-out rows. */
  async #scores(weights: Float32Array): Promise<ColumnScores> {
    if (!this.#questions) throw new Error("there are no held-out questions");
    this.#workers.setWeights(weights);
    const answers = await this.#questions.answers(this.#workers);
    this.#workers.setWeights(this.#weights);
    return this.#questions.scores(answers);
  }

  get #judgement(): Judgement {
    return this.#progress.judgement ?? NO_JUDGEMENT;
  }

  get #isUntilDone(): boolean {
    const { settings } = this.#options;
    return this.#questions !== undefined && "untilDone" in settings && settings.untilDone;
  }

  #isDone(): boolean {
    return this.#isUntilDone && this.#isLast && isDone(this.#judgement);
  }

  #stepsLeft(): number | undefined {
    const last = this.#isUntilDone ? lastStepForetold(this.#judgement) : undefined;
    return last === undefined ? undefined : Math.max(0, last - stepsOfNetwork(this.#progress));
  }

  #batchGenerator(): Generator {
    const { epoch, generator: state } = this.#progress;
    return state ? generatorFromState(state) : generator(this.#options.settings.seed, "batches", epoch);
  }

  #hasStalled(): boolean {
    const { patience } = this.#options.settings;
    const { bestValidation, epoch } = this.#progress;
    return patience > 0 && bestValidation !== null && epoch - bestValidation.epoch >= patience;
  }

  #rate(): number {
    const { epoch, plateau } = this.#progress;
    return learningRate(this.#options.settings, epoch, plateau, stepsOfNetwork(this.#progress));
  }

  #addToAverage(step: number): void {
    const average = this.#average;
    if (!average) return;
    const part = averageRate(step, this.#options.settings.averaging);
    const weights = this.#weights;
    for (let i = 0; i < average.length; i++) average[i] = average[i] + part * (weights[i] - average[i]);
  }

  /** @param began when the seconds that progress does not count yet began. */
  #isOutOfTime(began: number): boolean {
    const { seconds } = this.#options.settings;
    return seconds > 0 && this.#progress.seconds + (performance.now() - began) / 1000 >= seconds;
  }

  #addSeconds(began: number): void {
    const seconds = this.#progress.seconds + (performance.now() - began) / 1000;
    this.#progress = { ...this.#progress, seconds };
  }

  /** @throws DivergedError rather than save weights that are no numbers: a step can end in them unseen. */
  #checkpoint(): Checkpoint {
    const { epoch, step } = this.#progress;
    if (!this.#weights.every(Number.isFinite)) throw new DivergedError(epoch, step, Number.NaN);
    const copy = (array: Float32Array) => Float32Array.from(array);
    return {
      weights: copy(this.#weights),
      firstMoment: copy(this.#first),
      secondMoment: copy(this.#second),
      ...(this.#average && { average: copy(this.#average) }),
      ...(this.#best && { best: copy(this.#best) }),
      ...(this.#networks && this.#networks.finished.length > 0 && { finished: this.#networks.finished }),
      progress: this.#progress,
    };
  }
}
