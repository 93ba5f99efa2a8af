/** @file What a training reached, in words: a table of the columns beside two baselines, and whether more would help. */
import { firstNames } from "../base/suggestions.ts";
import type {
  RecalibratedColumn,
  ReportedColumn,
  TrainingReport,
  Verdict,
} from "../networks/training-report.ts";
import { textTable } from "../numeric/text-table.ts";

/** Standard errors that a gain must be above 0 to be one. */
const SURE = 2;

/** The columns, with the numbers of what was reached; none of a model that was saved while its training went on. */
export function reachedLines({ columns, heldOutRows, improving }: TrainingReport): string[] {
  if (columns.length === 0) return [];
  const rows = Math.max(...columns.map(({ rows }) => rows));
  const better = new Set(improving);
  const table = columns.map((column) => [
    column.name,
    times(column.gain),
    column.linearGain === undefined ? "-" : times(column.linearGain),
    remark(column, better),
  ]);
  return [
    `How many times as probable the true values are as by the column's own distribution, given all other columns`,
    `(mean over ${rows < heldOutRows ? `${rows} of ` : ""}${heldOutRows} held-out rows):`,
    textTable(["column", "this model", "a linear model", ""], table),
  ];
}

/** What recalibration changes, by column and by how many columns are given; none where it was not tried. */
export function recalibrationLines(report: TrainingReport | undefined): string[] {
  const columns = report?.recalibration;
  if (!columns) return [];
  const lines = columns.flatMap((column) => [
    ...verdicts(column, "numbers", column.name),
    ...verdicts(
      column,
      "classes",
      column.sizes.some(({ numbers }) => numbers) ? `${column.name}, which part` : column.name,
    ),
  ]);
  if (lines.length === 0)
    return ["Recalibrating answers on the held-out rows helps no column: they are left as they are."];
  const header = columns[0].sizes.map(({ most }, i, all) => {
    if (most === 0) return "nothing given";
    return i + 1 < all.length ? `up to ${most}` : "more";
  });
  const rows = Math.max(
    ...columns.flatMap(({ sizes }) =>
      sizes.flatMap(({ numbers, classes }) => [numbers?.rows ?? 0, classes?.rows ?? 0]),
    ),
  );
  return [
    "Recalibrated, by column and by how many columns are given: by how many nats it makes true values more probable",
    `(${rows} held-out rows, always by the half that it was not fitted to; -: left as it is):`,
    textTable(["column", ...header], lines),
  ];
}

/** Which columns recalibration changes, in a sentence. @param folder of the model. */
export function recalibratedNames({ recalibration = [] }: TrainingReport, folder: string): string[] {
  const isKept = ({ sizes }: RecalibratedColumn) =>
    sizes.some(({ numbers, classes }) => numbers?.kept || classes?.kept);
  const names = recalibration.filter(isKept).map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    `Recalibrated by the held-out rows, beyond these numbers: ${firstNames(names)}. What it brings: anygiven info ${folder}`,
  ];
}

function verdicts({ sizes }: RecalibratedColumn, part: "numbers" | "classes", name: string): string[][] {
  const found = sizes.map((size) => size[part]);
  return found.some((verdict) => verdict?.kept) ? [[name, ...found.map(gained)]] : [];
}

const gained = (verdict: Verdict | undefined) =>
  verdict?.kept ? `${verdict.gain.toFixed(3)} ±${verdict.error.toFixed(3)}` : "-";

/** "3.21", a factor: the gain is in nats. */
const times = (gain: number) => Math.exp(gain).toPrecision(3);

function remark({ name, gain, error }: ReportedColumn, improving: ReadonlySet<string>): string {
  const learnt = gain > SURE * error ? "" : "nothing learnt of it";
  return [learnt, improving.has(name) ? "still getting better" : ""].filter(Boolean).join(", ");
}

/** One sentence: whether more training would help. @param folder of the model. */
export function whetherMore(report: TrainingReport, folder: string): string {
  const { ended, stoppedEarly, improving, inTurn } = report;
  const goOn = `go on with "anygiven train TABLE --out ${folder} --resume --until-done".`;
  if (ended === "running") return `Its training has not ended: ${goOn}`;
  if (ended === "done")
    return "Longer training would not help: no column gets better any more, or none without others getting worse.";
  if (!stoppedEarly && inTurn) return `${networksInTurn(inTurn)} More training would help a little: ${goOn}`;
  if (!stoppedEarly) return "No column got better in the last third of the training: more would hardly help.";
  if (improving.length === 0) return `The training was too short to tell whether more would help: ${goOn}`;
  return `More training would help (${firstNames(improving)} got better still): ${goOn}`;
}

function networksInTurn({ begun, averaged }: NonNullable<TrainingReport["inTurn"]>): string {
  const those = averaged === 1 ? "the answers are of one" : `the answers of ${averaged} are averaged`;
  return `Of ${begun} networks that were trained in turn ${those}, and the last one had not learnt all it can.`;
}

/** What the first answers of a model warn of; undefined where its training came to an end. */
export function earlyWarning(report: TrainingReport | undefined, folder: string): string | undefined {
  if (!report?.stoppedEarly) return undefined;
  const goOn = `go on with "anygiven train TABLE --out ${folder} --resume --until-done".`;
  const { ended, steps, improving } = report;
  if (ended !== "running" && improving.length === 0)
    return `The training of ${folder} ended after ${steps} steps, too soon to tell whether these answers are its best: ${goOn}`;
  const how = ended === "running" ? "has not ended" : `ended after ${steps} steps, while it got better still`;
  return `The training of ${folder} ${how}, so these answers are not its best: ${goOn}`;
}
