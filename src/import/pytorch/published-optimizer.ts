/** @file What a published checkpoint knows of its training: the optimizer's moments and the learning rate's course. */
import { InputError } from "../../base/errors.ts";
import { floatTensor, isTensor, type PublishedTensor, sameShape } from "./published-weights.ts";
import type { TorchValue } from "./torch-file.ts";

/** The state of Adam or AdamW (Kingma & Ba 2015; Loshchilov & Hutter 2019). */
export interface PublishedOptimizer {
  /** "AdamW" or "Adam". */
  readonly name: string;
  /** Updates done so far, for the bias correction. */
  readonly steps: number;
  /** By weight name: running means of the gradient and of its square, of the weight's shape. */
  readonly moments: ReadonlyMap<
    string,
    { readonly first: PublishedTensor; readonly second: PublishedTensor }
  >;
  /** The rate that the next update would use. */
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly weightDecay: number;
}

export interface PublishedScheduler {
  /** The class of torch.optim.lr_scheduler, e.g. "CosineAnnealingWarmRestarts". */
  readonly name: string;
  /** All of its state, under the original's names. */
  readonly state: ReadonlyMap<string, TorchValue>;
  /** The same, if it is cosine annealing with warm restarts (Loshchilov & Hutter 2017), in epochs. */
  readonly warmRestarts?: {
    readonly firstPeriod: number;
    readonly periodFactor: number;
    readonly minimumRate: number;
    readonly baseRate: number;
    readonly currentPeriod: number;
    readonly epochInPeriod: number;
    readonly lastEpoch: number;
  };
}

/**
 * The optimizer of a checkpoint, or undefined when it saved none, or one whose state has no place here; in the
 * second case `notes` gets a sentence that says so.
 *
 * @param weights by name, in the order of the model's parameters: the optimizer's state is by place in it.
 * @throws InputError when the state contradicts the weights.
 */
export function publishedOptimizer(
  checkpoint: ReadonlyMap<TorchValue, TorchValue>,
  weights: ReadonlyMap<string, PublishedTensor>,
  file: string,
  notes: string[],
): PublishedOptimizer | undefined {
  const saved = mapOf(checkpoint.get("optimizer_state_dict"));
  const state = mapOf(saved?.get("state"));
  const groups = saved?.get("param_groups");
  if (!saved || !state || state.size === 0 || !Array.isArray(groups)) return undefined;
  const name = String(checkpoint.get("optimizer"));
  const settings = name === "AdamW" || name === "Adam" ? mapOf(groups[0]) : undefined;
  const other =
    (!settings && `its optimizer ${name} is neither AdamW nor Adam`) ||
    (groups.length !== 1 && "its optimizer treats the weights in several groups") ||
    (settings?.get("amsgrad") === true && "its optimizer uses AMSGrad") ||
    (settings?.get("maximize") === true && "its optimizer maximizes");
  if (!settings || other) {
    notes.push(`${file}: ${other}, so training starts with a fresh optimizer.`);
    return undefined;
  }
  const wrong = (fault: string) => stateError(file, "optimizer", fault);
  const number = (key: string) => numberIn(settings, key, wrong);
  const betas = settings.get("betas");
  const [beta1, beta2] = Array.isArray(betas) ? betas : [];
  if (typeof beta1 !== "number" || typeof beta2 !== "number") throw wrong("has no betas");
  return {
    name,
    ...momentsOf(state, settings.get("params"), weights, wrong),
    learningRate: number("lr"),
    betas: [beta1, beta2],
    epsilon: number("eps"),
    weightDecay: number("weight_decay"),
  };
}

type Wrong = (fault: string) => InputError;

/** `params` lists the numbers that `state` goes by, in the order of the model's parameters. */
function momentsOf(
  state: ReadonlyMap<TorchValue, TorchValue>,
  params: TorchValue | undefined,
  weights: ReadonlyMap<string, PublishedTensor>,
  wrong: Wrong,
): Pick<PublishedOptimizer, "steps" | "moments"> {
  const names = [...weights.keys()];
  if (!Array.isArray(params) || params.length !== names.length) {
    throw wrong(`does not number the ${names.length} weights`);
  }
  const moments = new Map<string, { first: PublishedTensor; second: PublishedTensor }>();
  const allSteps = new Set<number>();
  names.forEach((name, index) => {
    const own = mapOf(state.get(params[index]!));
    if (!own) throw wrong(`has no state of ${name}`);
    const { shape } = weights.get(name)!;
    moments.set(name, {
      first: moment(own, "exp_avg", name, shape, wrong),
      second: moment(own, "exp_avg_sq", name, shape, wrong),
    });
    allSteps.add(stepOf(own, name, wrong));
  });
  const [steps = 0] = allSteps;
  if (allSteps.size !== 1) throw wrong(`has different step counts (${[...allSteps].join(", ")})`);
  return { steps, moments };
}

function moment(
  own: ReadonlyMap<TorchValue, TorchValue>,
  key: string,
  name: string,
  shape: readonly number[],
  wrong: Wrong,
): PublishedTensor {
  const value = own.get(key);
  const tensor = isTensor(value) ? floatTensor(value) : undefined;
  if (!tensor) throw wrong(`has no ${key} of ${name}`);
  if (!sameShape(tensor.shape, shape)) {
    throw wrong(`has an ${key} of shape [${tensor.shape}] for ${name} of shape [${shape}]`);
  }
  return tensor;
}

/** A tensor since PyTorch 1.12, a plain number before. */
function stepOf(own: ReadonlyMap<TorchValue, TorchValue>, name: string, wrong: Wrong): number {
  const value = own.get("step");
  const step = isTensor(value) && value.data.length === 1 ? Number(value.data[0]) : value;
  if (typeof step !== "number" || !Number.isSafeInteger(step) || step < 0) {
    throw wrong(`has no step count of ${name}`);
  }
  return step;
}

/** The learning-rate scheduler of a checkpoint, or undefined when it had none. */
export function publishedScheduler(
  checkpoint: ReadonlyMap<TorchValue, TorchValue>,
  file: string,
): PublishedScheduler | undefined {
  const saved = mapOf(checkpoint.get("scheduler_state_dict"));
  if (!saved) return undefined;
  const name = String(checkpoint.get("scheduler"));
  const state = new Map([...saved].map(([key, value]) => [String(key), value]));
  if (name !== "CosineAnnealingWarmRestarts") return { name, state };
  const wrong = (fault: string) => stateError(file, "scheduler", fault);
  const number = (key: string) => numberIn(state, key, wrong);
  const baseRates = state.get("base_lrs");
  const baseRate = Array.isArray(baseRates) ? baseRates[0] : undefined;
  if (typeof baseRate !== "number") throw wrong("has no base_lrs");
  return {
    name,
    state,
    warmRestarts: {
      firstPeriod: number("T_0"),
      periodFactor: number("T_mult"),
      minimumRate: number("eta_min"),
      baseRate,
      currentPeriod: number("T_i"),
      epochInPeriod: number("T_cur"),
      lastEpoch: number("last_epoch"),
    },
  };
}

function stateError(file: string, part: string, fault: string): InputError {
  return new InputError(
    `${file}: its ${part} state ${fault}; take another checkpoint of the model, or save this one again without it.`,
  );
}

function numberIn(map: ReadonlyMap<TorchValue, TorchValue>, key: string, wrong: Wrong): number {
  const value = map.get(key);
  if (typeof value !== "number") throw wrong(`has no number ${key}`);
  return value;
}

export function mapOf(value: TorchValue | undefined): ReadonlyMap<TorchValue, TorchValue> | undefined {
  return value instanceof Map ? value : undefined;
}
