import { describe, expect, it } from "vitest";
import { normalPdf } from "../numeric/normal-cdf.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import { advise, adviseRows } from "./information-gain.ts";
import { answeringModel, normalModel } from "./testing/answering-model.ts";

const COVARIANCE = [
  [1, 0.8, 0, 1],
  [0.8, 4, 0, 0.8],
  [0, 0, 1, 0],
  [1, 0.8, 0, 2],
];
const model = normalModel(["a", "b", "c", "d"], [1, -2, 0, 3], COVARIANCE);
/** The information between a normal of a sd that is drawn, and which it is: by the trapezoid rule. */
function ofScaleMixture(sds: readonly number[], weights: readonly number[]): number {
  const step = 0.002;
  let mixed = 0;
  for (let x = -60; x <= 60; x += step) {
    const density = sds.reduce((sum, sd, i) => sum + (weights[i] * normalPdf(x / sd)) / sd, 0);
    if (density > 0) mixed -= step * density * Math.log(density);
  }
  return mixed - sds.reduce((sum, sd, i) => sum + weights[i] * normalEntropy(sd ** 2), 0);
}
const information = (rho: number) => -0.5 * Math.log(1 - rho ** 2);
const normalEntropy = (variance: number) => 0.5 * Math.log(2 * Math.PI * Math.E * variance);

describe("informative", () => {
  it("is the mutual information of normal columns, the most informative first", async () => {
    const found = await advise(model, { of: "a", size: 200 });
    expect(found.map(({ column }) => column)).toEqual(["d", "b", "c"]);
    const [d, b, c] = found;
    expect(Math.abs(d.reduction - information(Math.SQRT1_2))).toBeLessThan(1e-2);
    expect(Math.abs(b.reduction - information(0.4))).toBeLessThan(1e-2);
    expect(Math.abs(c.reduction)).toBeLessThan(1e-2);
    expect(d.entropyNow).toBeCloseTo(normalEntropy(1), 2);
    expect(Math.abs(d.expectedEntropy - normalEntropy(0.5))).toBeLessThan(1e-2);
    for (const each of found) {
      expect(each.expectedEntropy).toBeCloseTo(each.entropyNow - each.reduction, 12);
      expect(each.error).toBeLessThan(1e-3); // its answers agree with each other
    }
  });

  it("counts what is given", async () => {
    const [b, c] = await advise(model, { of: "a", given: { d: 3.5, c: null }, candidates: ["c", "b"] });
    expect(b.column).toBe("b");
    expect(b.entropyNow).toBeCloseTo(normalEntropy(0.5), 2);
    // a and b given d: variances 0.5 and 4 - 0.32, covariance 0.8 - 0.4.
    expect(Math.abs(b.reduction - information(0.4 / Math.sqrt(0.5 * 3.68)))).toBeLessThan(1e-2);
    expect(c.reduction).toBeCloseTo(0, 2);
  });

  it("weighs categories by their probability, and values by how often they occur", async () => {
    const kinds = answeringModel(
      { x: {}, kind: { kind: "category", categories: ["tight", "wide"] }, level: {} },
      (of, { kind, level }) => {
        if (of === "kind") return { classes: [0.25, 0.75] };
        if (of === "level") return { mean: 0, sd: 0.5 };
        if (kind !== undefined) return { sd: kind === "tight" ? 0.1 : 2 };
        return { sd: level === undefined ? 1 : Math.exp(level as number) };
      },
    );
    const found = await advise(kinds, { of: "x", size: 200 });
    const by = new Map(found.map((each) => [each.column, each]));
    const expected = ofScaleMixture([0.1, 2], [0.25, 0.75]);
    expect(Math.abs((by.get("kind")?.reduction ?? 0) - expected)).toBeLessThan(3e-3);
    // Answers about the candidate don't depend on x here, which contradicts those about x.
    expect(Math.abs((by.get("kind")?.error ?? 0) - expected * Math.SQRT1_2)).toBeLessThan(3e-3);
    const levels = Array.from({ length: 200 }, (_, i) => Math.exp(0.5 * normalQuantile((i + 0.5) / 200)));
    const spread = ofScaleMixture(levels, Array(200).fill(1 / 200));
    expect(Math.abs((by.get("level")?.reduction ?? 0) - spread)).toBeLessThan(3e-3);
    const [shifted] = await advise(kinds, { of: "x", candidates: ["level"], size: 200, seed: 7 });
    expect(shifted.reduction).not.toBe(by.get("level")?.reduction);
    expect(shifted.reduction).toBeCloseTo(spread, 1);
  });

  it("takes no disagreement between answers for information", async () => {
    // What is answered where nothing is given is far wider than all that is answered given c, which tells nothing.
    const torn = answeringModel(
      {
        x: {},
        y: { kind: "category", categories: ["no", "yes"] },
        c: { kind: "category", categories: ["p", "q"] },
      },
      (of, given) => {
        if (of === "c") return { classes: [0.4, 0.6] };
        const knows = Object.keys(given).length > 0;
        if (of === "y") return { classes: knows ? [0.9, 0.1] : [0.5, 0.5] };
        return { sd: knows ? 1 : 3 };
      },
    );
    for (const of of ["x", "y"]) {
      const [found] = await advise(torn, { of, candidates: ["c"] });
      expect(found.reduction).toBeCloseTo(0, 9);
      expect(found.error).toBeCloseTo(0, 9);
    }
  });

  it("is the mutual information of a table of classes", async () => {
    const joint = [
      [0.3, 0.1],
      [0.05, 0.25],
      [0.1, 0.2],
    ];
    const rows = joint.map((row) => row[0] + row[1]);
    const columns = [0, 1].map((k) => joint.reduce((sum, row) => sum + row[k], 0));
    const expected = joint.flatMap((row, i) => row.map((p, k) => p * Math.log(p / (rows[i] * columns[k]))));
    const names = { a: ["u", "v", "w"], b: ["s", "t"] };
    const classes = answeringModel(
      { a: { kind: "category", categories: names.a }, b: { kind: "category", categories: names.b } },
      (of, { a, b }) => {
        if (of === "a") {
          const k = b === undefined ? -1 : names.b.indexOf(b as string);
          return { classes: k < 0 ? rows : joint.map((row) => row[k] / columns[k]) };
        }
        const i = a === undefined ? -1 : names.a.indexOf(a as string);
        return { classes: i < 0 ? columns : joint[i].map((p) => p / rows[i]) };
      },
    );
    const [found] = await advise(classes, { of: "a" });
    expect(found.reduction).toBeCloseTo(
      expected.reduce((sum, each) => sum + each, 0),
      9,
    );
    expect(found.error).toBeCloseTo(0, 9);
  });

  it("sees point masses that are shared out otherwise", async () => {
    const masses = answeringModel(
      { x: { pointMasses: [0] }, c: { kind: "category", categories: ["p", "q"] } },
      (of, { c, x }) => {
        if (of === "c") {
          const shares = x === undefined ? [0.5, 0.5] : x === 0 ? [0.75, 0.25] : [1 / 3, 2 / 3];
          return { classes: shares };
        }
        const mass = c === undefined ? 0.4 : c === "p" ? 0.6 : 0.2;
        return { mean: 5, classes: [1 - mass, mass] };
      },
    );
    const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    const expected = entropy(0.4) - (entropy(0.6) + entropy(0.2)) / 2;
    const [found] = await advise(masses, { of: "x", size: 100 });
    expect(found.reduction).toBeCloseTo(expected, 2);
  });

  it("refuses what makes no sense", async () => {
    const fails = (question: object, message: RegExp) =>
      expect(advise(model, { of: "a", ...question })).rejects.toThrow(message);
    await fails({ candidates: ["a"] }, /"a" is asked twice/);
    await fails({ given: { b: 1 }, candidates: ["b"] }, /"b" is both asked and given/);
    await fails({ size: 0 }, /size is 0/);
    await fails({ of: "z" }, /no column "z"/);
  });
});

describe("informativeTable", () => {
  it("says for each row what one question about it says", async () => {
    const column = (name: string, values: number[]) => ({ name, values: Float64Array.from(values) });
    const columns = [column("a", [5, 5]), column("b", [Number.NaN, -1]), column("d", [3.5, Number.NaN])];
    const table = { source: "rows", rows: 2, columns };
    const advice = await adviseRows(model, table, { of: "a", size: 16 });
    const cells = (name: string) => [...advice.columns.find((each) => each.name === name)!.values];
    const first = await advise(model, { of: "a", given: { d: 3.5 }, size: 16 });
    const second = await advise(model, { of: "a", given: { b: -1 }, size: 16 });
    expect(cells("b_learnt")).toEqual([first[0].reduction, Number.NaN]);
    expect(cells("d_learnt")).toEqual([Number.NaN, second[0].reduction]);
    const [next] = advice.columns;
    expect([...next.values].map((index) => next.categories![index])).toEqual(["b", "d"]);
  });
});
