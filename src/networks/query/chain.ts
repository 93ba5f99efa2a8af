/**
 * @file Columns drawn one after the other, each given those before it (the chain rule). Cells read nothing, so each is embedded
 * once, when it is drawn, and what the layers read of it is kept for all columns that come after.
 */
import { asWritten, writtenRange } from "../../columns/as-written.ts";
import { columnLike, encodeColumn, kindOf } from "../../columns/kinds.ts";
import { columnAnswers } from "../../distribution/column-answers.ts";
import type { ColumnDistributions } from "../../distribution/column-distributions.ts";
import { DEFAULT_LEVELS } from "../../distribution/levels.ts";
import { Executable, type ExecutableOptions, type Feeds } from "../../runtime/executable.ts";
import type { EncodedCells, EncodedTable } from "../encoded-table.ts";
import type { NamedWeights } from "../parts/parameter-layout.ts";
import { PADDING_SCORE } from "../parts/program-parts.ts";
import type { Chain, ChainDrawn, ChainLink } from "../predictor.ts";
import { ownClasses } from "./classes.ts";
import type { QueryConfig } from "./config.ts";
import {
  ContextLayout,
  emptyCells,
  type GivenCells,
  intervalFeeds,
  summariesOfRows,
} from "./context-layout.ts";
import type { Head } from "./heads/head.ts";
import { cellProgram, readingProgram } from "./programs.ts";
import { Summariser } from "./summary.ts";

/** Rows that go through the whole chain at once. */
const ROWS_AT_ONCE = 1024;

/** What draws chains with one network's weights, on one thread. */
export class ChainDrawer {
  readonly #network: QueryConfig;
  readonly #weights: NamedWeights;
  readonly #cells: Executable;
  readonly #reading: Executable;
  readonly #layout: ContextLayout;
  readonly #summariser: Summariser | undefined;

  private constructor(network: QueryConfig, weights: NamedWeights, cells: Executable, reading: Executable) {
    this.#network = network;
    this.#weights = weights;
    this.#cells = cells;
    this.#reading = reading;
    this.#layout = new ContextLayout(network);
    this.#summariser = network.normal && new Summariser(network);
  }

  /** @throws InputError if the device can't start here. */
  static async load(
    network: QueryConfig,
    head: Head,
    weights: NamedWeights,
    options: ExecutableOptions,
  ): Promise<ChainDrawer> {
    const cells = await Executable.load(cellProgram(network, head), options);
    const reading = await Executable.load(readingProgram(network, head), options);
    return new ChainDrawer(network, weights, cells, reading);
  }

  /** For each link a value in each row of what is given. */
  async draw(given: EncodedTable, { links, isScored, isWritten }: Chain): Promise<ChainDrawn[]> {
    const drawn = links.map(
      (): ChainDrawn => ({
        values: new Float64Array(given.rows),
        ...(isScored && { logLikelihoods: new Float64Array(given.rows) }),
      }),
    );
    for (let start = 0; start < given.rows; start += ROWS_AT_ONCE) {
      const rows = Math.min(ROWS_AT_ONCE, given.rows - start);
      const memory = this.#memory(rows, 1 + given.columns.length + links.length);
      await this.#embed(memory, [undefined, ...given.columns], start);
      for (const [i, link] of links.entries()) {
        const made = await this.#drawLink(memory, link, start, { isScored, isWritten });
        drawn[i].values.set(made.values, start);
        if (made.logLikelihoods) drawn[i].logLikelihoods?.set(made.logLikelihoods, start);
        if (i + 1 < links.length) await this.#embed(memory, [cellsOf(link, made.values)], 0);
      }
    }
    return drawn;
  }

  async dispose(): Promise<void> {
    await this.#cells.dispose();
    await this.#reading.dispose();
  }

  #memory(rows: number, positions: number): Memory {
    const size = positions * rows * this.#network.embeddingDim;
    const names = this.#cells.program.outputs.map(({ name }) => name);
    return {
      rows,
      read: Object.fromEntries(names.map((name) => [name, new Float32Array(size)])),
      isHidden: new Uint8Array(positions * rows),
      given: emptyCells(rows, positions),
      known: 0,
    };
  }

  /**
   * Embeds cells of columns and keeps what is read of them, behind what is known.
   * @param columns undefined: token 0. @param from the first row's index in the columns.
   */
  async #embed(memory: Memory, columns: readonly (EncodedCells | undefined)[], from: number): Promise<void> {
    const { rows, known } = memory;
    const cells = columns.length * rows;
    const arrays = emptyCells(1, cells);
    for (const [position, column] of columns.entries()) {
      for (let row = 0; column && row < rows; row++) {
        const isMissing = Number.isNaN(column.values[from + row]);
        memory.isHidden[(known + position) * rows + row] = Number(isMissing);
        if (isMissing) continue;
        this.#layout.give(arrays, position * rows + row, column, from + row);
        const { given } = memory.given;
        const width = memory.given.tokens.length / rows;
        if (this.#summariser) this.#layout.give(memory.given, row * width + given[row]++, column, from + row);
      }
    }
    const { tokens, values, errors, classes } = arrays;
    const feeds: Feeds = { tokens, values, errors, classes, ...intervalFeeds(cells) };
    const weights = this.#weights.feeds(this.#cells.program);
    const made = await this.#cells.run({ ...weights, ...feeds }, { sequence: columns.length, batch: rows });
    const offset = known * rows * this.#network.embeddingDim;
    for (const [name, cells] of Object.entries(made)) memory.read[name].set(cells, offset);
    memory.known += columns.length;
  }

  async #drawLink(
    memory: Memory,
    link: ChainLink,
    start: number,
    { isScored, isWritten }: Pick<Chain, "isScored" | "isWritten">,
  ): Promise<ChainDrawn> {
    const { rows } = memory;
    const { column } = link;
    const distributions = await this.#distributions(memory, link);
    const within = isWritten ? writtenRange(column) : undefined;
    const values = distributions.drawn({
      uniforms: link.uniforms.subarray(start, start + rows),
      normals: link.normals.subarray(start, start + rows),
      ...(within && { within }),
    });
    const written = isWritten && !kindOf(column.encoding).isCategorical ? asWritten(column, values) : values;
    link.isMissing?.subarray(start, start + rows).forEach((isMissing, row) => {
      if (isMissing) written[row] = Number.NaN;
    });
    return { values: written, ...(isScored && { logLikelihoods: distributions.logLikelihoods(written) }) };
  }

  async #distributions(memory: Memory, { column, index }: ChainLink): Promise<ColumnDistributions> {
    const { rows, known } = memory;
    const { program } = this.#reading;
    const keyMask = new Float32Array(rows * known);
    for (let position = 0; position < known; position++) {
      for (let row = 0; row < rows; row++)
        if (memory.isHidden[position * rows + row]) keyMask[row * known + position] = PADDING_SCORE;
    }
    const size = known * rows * this.#network.embeddingDim;
    const read = Object.entries(memory.read).map(([name, cells]) => [name, cells.subarray(0, size)]);
    const feeds = { ...Object.fromEntries(read), keyMask, targets: new Int32Array(rows).fill(index + 1) };
    const summaries = this.#summariser && summariesOfRows(memory.given, rows, [index], this.#summariser);
    const { probabilities, ...made } = (await this.#reading.run(
      { ...this.#weights.feeds(program), ...feeds, ...summaries },
      { sequence: known, batch: rows, requests: 1 },
    )) as Record<string, Float32Array>;
    const classes = ownClasses(this.#network, index, probabilities, column.encoding);
    const { shares, means, widths } = made;
    return columnAnswers(
      column,
      { levels: DEFAULT_LEVELS, normals: { rows, shares, means, widths }, ...(classes && { classes }) },
      givenIn(memory),
    );
  }
}

/** Of some rows: what the layers read of each cell that is known, and which cells are missing. */
interface Memory {
  readonly rows: number;
  /** By name, (positions, rows, D). */
  readonly read: Readonly<Record<string, Float32Array>>;
  /** (positions, rows). */
  readonly isHidden: Uint8Array;
  /** The cells themselves, row by row: what a summary is made of. */
  readonly given: GivenCells;
  /** Positions so far. */
  known: number;
}

/** How many columns each row has been given; token 0 is none. */
function givenIn({ rows, known, isHidden }: Memory): Uint32Array {
  const given = new Uint32Array(rows).fill(known - 1);
  for (let at = 0; at < known * rows; at++) given[at % rows] -= isHidden[at];
  return given;
}

/** Drawn values as given cells. */
function cellsOf({ column: { name, encoding }, index }: ChainLink, values: Float64Array): EncodedCells {
  const { classes, ...cells } = encodeColumn(
    { ...columnLike(name, encoding), values },
    encoding,
    "drawn rows",
  );
  const { isCategorical } = kindOf(encoding);
  const hasClasses = isCategorical || encoding.pointMasses.length > 0;
  return { index, ...cells, ...(hasClasses && { classes, isMixed: !isCategorical }) };
}
