/** @file What the page knows: the model that is open, what is given, and the newest answers; signals, which what is drawn follows. */
import { computed, effect, signal } from "@preact/signals";
import type { ModelColumn } from "../../columns/encoding.ts";
import { kindOf } from "../../columns/kinds.ts";
import { type Given, isInterval, isMeasured } from "../../model/question-table.ts";
import { decodeModelConfig } from "../../networks/model-config.ts";
import type { SampledRows, SiteList, SiteModel } from "../site-format.ts";
import { addressOf, modelOfAddress, type PageState, stateOfAddress } from "./address.ts";
import { type Axis, axisOf } from "./axis.ts";
import type { Curves, Joint, ModelFiles, Next, PairAxis, Rarity } from "./messages.ts";
import { Newest, Oracle } from "./oracle.ts";
import { ascending, type Rows, rowsOf } from "./rows.ts";

/** The models of the site. */
export const models = signal<readonly SiteModel[]>([]);
export const model = signal<SiteModel | undefined>(undefined);
export const columns = signal<readonly ModelColumn[]>([]);
export const rows = signal<Rows | undefined>(undefined);
export const failure = signal<string | undefined>(undefined);
/** What the page has to say for a moment. */
export const remark = signal<string | undefined>(undefined);

export const given = signal<Given>({});
/** A second question, to compare with. */
export const other = signal<Given | undefined>(undefined);
/** The column that the sentence is about. */
export const of = signal("");
export const pair = signal<readonly [x: string, y: string]>(["", ""]);

/** Answers where nothing is given, to the question, and to the other one. */
export const marginals = signal<Curves | undefined>(undefined);
export const curves = signal<Curves | undefined>(undefined);
export const otherCurves = signal<Curves | undefined>(undefined);
export const joint = signal<Joint | undefined>(undefined);
export const otherJoint = signal<Joint | undefined>(undefined);
/** What to measure next, as far as it is known; complete where `isDone`. */
export const next = signal<{ readonly found: readonly Next[]; readonly isDone: boolean } | undefined>(
  undefined,
);
export const rarity = signal<Rarity | undefined>(undefined);

export const axes = computed<Readonly<Record<string, Axis>>>(() => {
  const sampled = rows.value?.values;
  const made = columns.value
    .filter(({ encoding }) => !kindOf(encoding).isCategorical)
    .map((column) => [column.name, axisOf(column, ascending(sampled?.[column.name]))]);
  return Object.fromEntries(made);
});

/** Columns that the model answers for. */
export const answered = computed(() => columns.value.filter(({ output }) => output));

/** One for what follows a drag, one for what may come after it. */
let quick: Oracle;
let slow: Oracle;

const question = new Newest<Given>(async (asked) => {
  try {
    const made = await quick.ask({ kind: "curves", given: asked, axes: axes.value, of: of.value });
    curves.value = made;
    if (Object.keys(asked).length === 0) marginals.value ??= made;
  } catch (error) {
    remark.value = messageOf(error);
  }
});

/** Cells of the joint density while something is dragged, and when it rests. */
const [COARSE, FINE] = [32, 64];

const together = new Newest<PageState>((asked) => askTogether(asked, COARSE));

async function askTogether(asked: PageState, cells: number): Promise<void> {
  try {
    joint.value = await slow.ask(jointQuestion(asked.given, asked, cells));
    otherJoint.value = asked.other && (await slow.ask(jointQuestion(asked.other, asked, cells)));
  } catch (error) {
    remark.value = messageOf(error);
  }
}

/** What takes longer waits until a drag rests for so many milliseconds. */
const PAUSE = 250;
let pause: ReturnType<typeof setTimeout> | undefined;

const afterwards = new Newest<PageState>(async (asked, isOld) => {
  await askTogether(asked, FINE);
  if (isOld()) return;
  try {
    const values = Object.fromEntries(
      Object.entries(asked.given).map(([name, cell]) => [name, middleOf(cell)]),
    );
    rarity.value =
      Object.keys(values).length === 0 ? undefined : await slow.ask({ kind: "unusual", given: values });
    await measureNext(asked, isOld);
  } catch (error) {
    remark.value = messageOf(error);
  }
});

/** Of the two columns themselves nothing is given. */
function jointQuestion(all: Given, { x, y }: PageState, cells: number) {
  const { [x]: _, [y]: __, ...rest } = all;
  const along = (name: string): PairAxis => ({ name, ...(axes.value[name] && { axis: axes.value[name] }) });
  return { kind: "joint", given: rest, x: along(x), y: along(y), cells } as const;
}

async function measureNext({ of: target, given: known }: PageState, isOld: () => boolean): Promise<void> {
  if (Object.hasOwn(known, target)) return;
  const candidates = answered.value.filter(({ name }) => name !== target && !Object.hasOwn(known, name));
  const found: Next[] = [];
  for (const { name } of candidates) {
    if (isOld()) return;
    found.push(await slow.ask({ kind: "next", of: target, given: known, candidate: name }));
    const sorted = [...found].sort((one, another) => another.nats - one.nats);
    next.value = { found: sorted, isDone: found.length === candidates.length };
  }
}

/** What is given without its error; in the middle of an interval. */
function middleOf(cell: Given[string]): Given[string] {
  if (isMeasured(cell)) return cell.value;
  return isInterval(cell) ? (Number(cell.lower) + Number(cell.upper)) / 2 : cell;
}

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function stateNow(): PageState {
  const [x, y] = pair.value;
  return { given: given.value, other: other.value, of: of.value, x, y };
}

/** Gives a value, or changes it; the sentence is then about another column. */
export function give(name: string, cell: Given[string]): void {
  const { [name]: before, ...others } = given.value;
  given.value = before === undefined ? { ...given.value, [name]: cell } : { ...others, [name]: cell };
  if (name === of.value)
    of.value = answered.value.find((each) => !Object.hasOwn(given.value, each.name))?.name ?? name;
}

export function letGo(name: string): void {
  const { [name]: _, ...others } = given.value;
  given.value = others;
}

const usualState = (): PageState => {
  const names = answered.value.map(({ name }) => name);
  const [first = "", second = first] = names;
  return { given: {}, of: second, x: first, y: second };
};

function take(state: PageState): void {
  given.value = state.given;
  other.value = state.other;
  of.value = state.of;
  pair.value = [state.x, state.y];
}

/** Reads the address; false where it said nothing. */
function readAddress(): boolean {
  const found = stateOfAddress(columns.value, location.hash, usualState());
  take(found?.state ?? usualState());
  if (found && !found.isWhole)
    remark.value = "The address holds a value that this model does not know: it was left out.";
  return found !== undefined;
}

async function fetched(address: string): Promise<Response> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} can't be fetched (status ${answer.status}).`);
  return answer;
}

/** The page's beginning. @returns whether the address said what to show. */
export async function open(): Promise<boolean> {
  quick = new Oracle();
  slow = new Oracle();
  const list = (await (await fetched("./site.json")).json()) as SiteList;
  models.value = list.models;
  const named = modelOfAddress(location.hash);
  const wanted = list.models.find(({ name }) => name === named) ?? list.models[0];
  const isTold = await openModel(wanted, new URL(wanted.folder, location.href).href);
  let isReading = false;
  addEventListener("hashchange", () => {
    isReading = true;
    readAddress();
    isReading = false;
  });
  effect(() => {
    const several = models.value.length > 1 ? model.value?.name : undefined;
    const address = addressOf(columns.value, stateNow(), several);
    if (!isReading && columns.value.length > 0) writeAddress(address);
  });
  return isTold;
}

let written: ReturnType<typeof setTimeout> | undefined;
/** Browsers refuse more than some hundred changes in half a minute. */
function writeAddress(address: string): void {
  clearTimeout(written);
  written = setTimeout(() => history.replaceState(null, "", address), 200);
}

/**
 * Shows a model: one of the site, or, later, one that was trained in the page (its files as bytes, its table as rows).
 * @returns whether the address said what to show.
 */
export async function openModel(wanted: SiteModel, files: ModelFiles, table?: SampledRows): Promise<boolean> {
  stop();
  const wasm = new URL("./ort/", location.href).href;
  const sampled =
    table ?? (wanted.rows === undefined ? undefined : await (await fetched(wanted.rows)).json());
  const opening = [quick, slow].map((each) => each.ask({ kind: "open", model: files, wasm }));
  // The table's rows are shown as soon as they are there; the model's program is larger.
  const found = (await configOf(files)).columns;
  for (const each of [marginals, curves, otherCurves, joint, otherJoint, next, rarity])
    each.value = undefined;
  rows.value = sampled && rowsOf(sampled);
  model.value = wanted;
  columns.value = found;
  const isTold = readAddress();
  await opening[0];
  marginals.value = await quick.ask({ kind: "curves", given: {}, axes: axes.value, of: of.value });
  start();
  return isTold;
}

async function configOf(files: ModelFiles) {
  const bytes =
    typeof files === "string"
      ? await (await fetched(`${files}/config.json`)).text()
      : new TextDecoder().decode(files.config);
  return decodeModelConfig(bytes, "config.json");
}

let running: (() => void)[] = [];

function stop(): void {
  for (const each of running) each();
  running = [];
}

/** From now on every change is asked. */
function start(): void {
  running = [
    effect(() => {
      of.value; // its densest parts are asked for with it
      question.ask(given.value);
    }),
    effect(() => {
      const asked = other.value;
      if (!asked) {
        otherCurves.value = undefined;
        return;
      }
      quick.ask({ kind: "curves", given: asked, axes: axes.peek(), of: of.value }).then(
        (made) => {
          otherCurves.value = made;
        },
        (error: unknown) => {
          remark.value = messageOf(error);
        },
      );
    }),
    effect(() => {
      const state = stateNow();
      next.value = undefined;
      rarity.value = undefined;
      together.ask(state);
      clearTimeout(pause);
      pause = setTimeout(() => afterwards.ask(state), PAUSE);
    }),
  ];
}
