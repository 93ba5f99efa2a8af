import { describe, expect, it } from "vitest";
import { advise, adviseRows } from "./information-gain.ts";
import { answeringModel, normalModel } from "./testing/answering-model.ts";

const COVARIANCE = [
  [1, 0.8, 0, 1],
  [0.8, 4, 0, 0.8],
  [0, 0, 1, 0],
  [1, 0.8, 0, 2],
];
const model = normalModel(["a", "b", "c", "d"], [1, -2, 0, 3], COVARIANCE);
const information = (rho: number) => -0.5 * Math.log(1 - rho ** 2);
const normalEntropy = (variance: number) => 0.5 * Math.log(2 * Math.PI * Math.E * variance);

describe("informative", () => {
  it("is the mutual information of normal columns, the most informative first", async () => {
    const found = await advise(model, { of: "a", size: 16 });
    expect(found.map(({ column }) => column)).toEqual(["d", "b", "c"]);
    const [d, b, c] = found;
    expect(Math.abs(d.reduction - information(Math.SQRT1_2))).toBeLessThan(1e-2);
    expect(Math.abs(b.reduction - information(0.4))).toBeLessThan(1e-2);
    expect(Math.abs(c.reduction)).toBeLessThan(1e-2);
    expect(d.entropyNow).toBeCloseTo(normalEntropy(1), 2);
    expect(d.expectedEntropy).toBeCloseTo(normalEntropy(0.5), 2);
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
        if (of === "level") return { mean: 2 };
        if (kind !== undefined) return { sd: kind === "tight" ? 0.1 : 2 };
        return { sd: level === undefined ? 1 : Math.exp(level as number) };
      },
    );
    const found = await advise(kinds, { of: "x", size: 200 });
    const by = new Map(found.map((each) => [each.column, each.expectedEntropy]));
    expect(by.get("kind")).toBeCloseTo(0.25 * normalEntropy(0.01) + 0.75 * normalEntropy(4), 2);
    expect(by.get("level")).toBeCloseTo(normalEntropy(1) + 2, 2);
    const shifted = await advise(kinds, { of: "x", candidates: ["level"], size: 200, seed: 7 });
    expect(shifted[0].expectedEntropy).not.toBe(by.get("level"));
    expect(shifted[0].expectedEntropy).toBeCloseTo(by.get("level")!, 1);
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
