/** @file Models over HTTP: a real server is asked what the library is asked, and answers the same; its limits, token, TLS, reload and end. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request as tlsRequest } from "node:https";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Validator } from "@seriousme/openapi-schema-validator";
import createClient from "openapi-fetch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { densityJson, Model, readTable, type Table, train, writeTable } from "../src/index.ts";
import { generator } from "../src/numeric/generator.ts";
import {
  adviceAnswer,
  densityAnswer,
  errorAnswer,
  evaluationAnswer,
  modelAnswer,
  modelList,
  tableAnswer,
} from "../src/server/answer-schemas.ts";
import { type LogLine, type RunningServer, type ServeOptions, serve } from "../src/server/index.ts";
import { startAnygiven, temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";
import type { paths } from "./generated/server-api.ts";
import { serverTypes } from "./server-types.ts";
import { TINY_MIXTURE } from "./tiny-network.ts";

const folder = temporaryFolder("serve");
const at = (name: string) => join(folder, name);
const JSON_TYPE = { "content-type": "application/json" };
let model: Model;
let server: RunningServer;
const lines: LogLine[] = [];
const closing: (() => Promise<void>)[] = [];

function things(rows: number, seed: number): Table {
  const random = generator(seed, "things");
  const draw = (of: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => of(row));
  const width = draw(() => random.normal());
  return {
    source: "things",
    rows,
    columns: [
      { name: "width", values: width, unit: "m" },
      { name: "height", values: width.map((x) => 2 * x + 0.3 * random.normal()) },
      {
        name: "kind",
        kind: "category",
        categories: ["oak", "pine"],
        values: width.map((x) => Number(x > 0)),
      },
      { name: "day", kind: "date", values: draw((row) => 19_000 + (row % 300)) },
      { name: "sound", kind: "boolean", values: draw(() => random.integer(2)) },
    ],
  };
}

async function started(options: ServeOptions = {}, folders = [at("things")]): Promise<RunningServer> {
  const made = await serve(folders, { port: 0, log: (line) => lines.push(line), ...options });
  closing.push(() => made.close(1));
  return made;
}

beforeAll(async () => {
  process.env.TMPDIR = execFileSync("mktemp", ["-d", at("tmp-XXXX")], { encoding: "utf8" }).trim();
  model = await train(things(300, 1), { ...TINY_MIXTURE, epochs: 2, seed: 1 });
  await model.save(at("things"));
  await model.dispose();
  model = await Model.load(at("things"));
  await writeTable({ columns: things(20, 2).columns }, at("rows.csv"));
  server = await started();
});

afterAll(async () => {
  for (const close of closing) await close();
  await model.dispose();
});

const ask = (verb: string, question: unknown, more: RequestInit = {}, url = server.url) =>
  fetch(`${url}/models/things/${verb}`, {
    method: "POST",
    body: typeof question === "string" ? question : JSON.stringify(question),
    ...more,
    headers: { ...JSON_TYPE, ...more.headers },
  });

async function asked<Schema extends z.ZodType>(schema: Schema, verb: string, question: unknown) {
  const answer = await ask(verb, question);
  const body = await answer.json();
  expect({ status: answer.status, body }).toMatchObject({ status: 200 });
  expect(answer.headers.get("content-type")).toBe("application/json");
  return schema.parse(body) as z.output<Schema>;
}

async function refusal(answer: Response) {
  expect(answer.headers.get("content-type")).toBe("application/json");
  const { error } = errorAnswer.parse(await answer.json());
  expect(error.message).toMatch(/^[A-Z"\d].*[.]$/s);
  return { status: answer.status, ...error };
}

/** The column of a JSON table. */
const column = ({ rows }: z.output<typeof tableAnswer>, name: string) => rows.map((row) => row[name]);

describe("each verb answers what the library answers", () => {
  const given = { width: 0.4, kind: "pine" };
  const rows = [{ width: 0.4, kind: "pine" }, { width: -1, day: "2022-03-01" }, { height: 1 }];

  test("density of one question", async () => {
    const answer = await asked(densityAnswer, "density", { of: ["height", "kind"], given: { width: 0.4 } });
    const expected = await model.density({ of: ["height", "kind"], given: { width: 0.4 } });
    expect(answer.of).toEqual(
      JSON.parse(
        JSON.stringify(Object.fromEntries(Object.entries(expected).map(([k, v]) => [k, densityJson(v)]))),
      ),
    );
  });

  test("density at values, with chances of events, measured and limited values", async () => {
    const question = {
      of: "height",
      given: { width: { value: 0.4, error: 0.1 }, day: { above: "2022-02-01" } },
      at: [0.5],
      probabilities: [{ height: { below: 1 } }],
      curve: false,
    };
    const { of } = await asked(densityAnswer, "density", question);
    const expected = await model.density({ of: "height", given: question.given });
    if (expected.kind !== "number" || of.height?.kind !== "number") return expect.fail("no number");
    expect(of.height).toMatchObject({ median: expected.median(), std: expected.std() });
    expect(of.height.curve).toBeUndefined();
    expect(of.height.at).toEqual([
      { value: 0.5, pdf: expected.pdf(0.5), cdf: expected.cdf(0.5), probability: expected.probability(0.5) },
    ]);
    expect(of.height.events?.["height < 1"]).toBeCloseTo(expected.cdf(1), 12);
  });

  test("density of rows", async () => {
    const answer = await asked(tableAnswer, "density", {
      rows,
      of: "width",
      given: ["height"],
      quantiles: [0.1],
    });
    const expected = await model.density(rows, { of: "width", given: ["height"] });
    expect(column(answer, "width_mean")).toEqual([...expected.means()]);
    expect(column(answer, "width_q10")).toEqual([...expected.quantiles(0.1)]);
    expect(answer.columns[1]).toEqual({ name: "width_mean", kind: "number", unit: "m" });
  });

  test("samples, alone and together, with the same seed", async () => {
    const question = { of: ["height", "kind", "day"], given: { width: 0.4 }, size: 7, seed: 3 };
    const alone = await asked(tableAnswer, "sample", question);
    const { samples } = await model.sample(question);
    expect(column(alone, "height")).toEqual([...samples.height!]);
    expect(column(alone, "kind")).toEqual(Array.from(samples.kind!, (index) => ["oak", "pine"][index]));
    const together = await asked(tableAnswer, "sample", { ...question, joint: true });
    const joint = await model.sample({ ...question, joint: true });
    expect(column(together, "height")).toEqual([...joint.samples.height!]);
    expect(column(together, "log_density")).toEqual([...joint.logPdf]);
    expect(column(together, "day")).toEqual(
      Array.from(joint.samples.day!, (day) => new Date(864e5 * day).toISOString().slice(0, 10)),
    );
  });

  test("samples of rows", async () => {
    const answer = await asked(tableAnswer, "sample", { rows, of: "height", size: 4, seed: 2 });
    const expected: number[] = [];
    for await (const { samples } of model.sample(rows, { of: "height", size: 4, seed: 2 }))
      expected.push(...samples.height!);
    expect(column(answer, "height")).toEqual(expected);
    expect(column(answer, "row")).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
  });

  test("predict", async () => {
    const question = { of: ["height", "kind"], quantiles: [0.05, 0.95] };
    const answer = await asked(tableAnswer, "predict", { rows, ...question });
    const { columns } = await model.predict(rows, question);
    for (const { name, values, categories } of columns)
      expect(column(answer, name)).toEqual(Array.from(values, (value) => categories?.[value] ?? value));
  });

  test("impute, by medians and by draws", async () => {
    for (const question of [{}, { method: "draw", seed: 5 }] as const) {
      const answer = await asked(tableAnswer, "impute", { rows, ...question });
      const { columns } = await model.impute(rows, question);
      const heights = columns.find(({ name }) => name === "height")!.values;
      expect(column(answer, "height")).toEqual([...heights]);
      expect(answer.columns.map(({ name }) => name)).toEqual(columns.map(({ name }) => name));
    }
  });

  test("score", async () => {
    const answer = await asked(tableAnswer, "score", { rows });
    const { columns } = await model.score(rows);
    for (const { name, values } of columns)
      expect(column(answer, name)).toEqual(
        Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
      );
  });

  test("advise, about one question and about rows", async () => {
    const { ranking } = await asked(adviceAnswer, "advise", { of: "height", given: { kind: "oak" } });
    expect(ranking).toEqual(await model.advise({ of: "height", given: { kind: "oak" } }));
    const answer = await asked(tableAnswer, "advise", { rows, of: "height" });
    const { columns } = await model.advise(rows, { of: "height" });
    const next = columns.find(({ name }) => name === "next")!;
    expect(column(answer, "next")).toEqual(
      Array.from(next.values, (value) => next.categories?.[value] ?? null),
    );
  });

  test("evaluate", async () => {
    const csv = readFileSync(at("rows.csv"), "utf8");
    const question = "of=height&given=width&bootstrap=20&seed=4";
    const answer = await ask(`evaluate?${question}`, csv, { headers: { "content-type": "text/csv" } });
    const found = evaluationAnswer.parse(await answer.json());
    const options = { of: ["height"], given: ["width"], bootstrap: 20, seed: 4 };
    const expected = await model.evaluate(await readTable(at("rows.csv")), options);
    expect({ ...found, source: "" }).toEqual({ ...JSON.parse(JSON.stringify(expected)), source: "" });
  });

  test("synthesize", async () => {
    const question = { rows: 5, seed: 2, given };
    const answer = await asked(tableAnswer, "synthesize", question);
    const { columns } = await model.synthesize(question);
    expect(column(answer, "height")).toEqual([...columns.find(({ name }) => name === "height")!.values]);
  });
});

describe("tables come and go as files", () => {
  const csv = () => readFileSync(at("rows.csv"), "utf8");
  const asCsv = { "content-type": "text/csv", accept: "text/csv" };

  test("predictions and filled tables in CSV are the command line's, byte by byte", async () => {
    await writeFileSync(at("gaps.csv"), "id,width,height\n007,0.5,\n008,,1.25\n009,0.10,0.3\n");
    const sent = { body: readFileSync(at("gaps.csv")), headers: asCsv };
    for (const [verb, query, ...options] of [
      ["predict", "of=kind&of=day&quantiles=0.25", "--of", "kind,day", "--quantiles", "0.25"],
      ["impute", "seed=3&method=draw", "--seed", "3", "--method", "draw"],
      ["impute", ""],
      ["score", "of=height", "--of", "height"],
      ["sample", "of=day&of=kind&size=3&joint=true", "--of", "day,kind", "--size", "3", "--joint"],
    ] as const) {
      const out = at(`${verb}.csv`);
      const { code, stderr } = await anygivenHere(
        verb,
        at("things"),
        at("gaps.csv"),
        ...options,
        "--out",
        out,
      );
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const answer = await ask(`${verb}?${query}`, "", sent);
      expect(await answer.text()).toBe(readFileSync(out, "utf8"));
      expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    }
  });

  test("the same rows in every format give the same answers in every format", async () => {
    for (const ending of ["parquet", "tsv", "jsonl"]) await writeTable(things(20, 2), at(`rows.${ending}`));
    const types = {
      csv: "text/csv",
      tsv: "text/tab-separated-values",
      jsonl: "application/x-ndjson",
      parquet: "application/vnd.apache.parquet",
    };
    const expected = await model.predict(await readTable(at("rows.csv")), {
      of: ["height"],
      given: ["kind", "day"],
    });
    for (const [ending, type] of Object.entries(types)) {
      const headers = { "content-type": type, accept: type };
      const body = readFileSync(at(`rows.${ending}`));
      const answer = await ask("predict?of=height&given=kind&given=day", "", { body, headers });
      expect(answer.status).toBe(200);
      writeFileSync(at(`answer.${ending}`), Buffer.from(await answer.arrayBuffer()));
      const table = await readTable(at(`answer.${ending}`), {
        columns: ["row", "height"],
        precision: "float64",
      });
      const found = table.columns.find(({ name }) => name === "height")!.values;
      found.forEach((value, row) => {
        expect(value).toBeCloseTo(expected.columns[0].values[row], 12);
      });
    }
  });

  test("a column of the model that is code or text is read as the model knows it", async () => {
    const body = csv().replaceAll("oak", "Oak");
    const answer = await ask("predict?of=height&given=kind", body, { headers: asCsv });
    expect(await refusal(answer)).toMatchObject({
      status: 422,
      column: "kind",
      message: expect.stringMatching(/^The table, row \d+/),
    });
  });

  test("how a table is to be read may be said", async () => {
    const body = "width;height\n0,5;1\n-999;2\n";
    const query = "of=kind&decimal=,&separator=;&missing=-999";
    const answer = await ask(`predict?${query}`, body, { headers: { "content-type": "text/csv" } });
    const found = tableAnswer.parse(await answer.json());
    const { columns } = await model.predict([{ width: 0.5, height: 1 }, { height: 2 }], { of: "kind" });
    expect(column(found, "kind_p_oak")).toEqual([
      ...columns.find(({ name }) => name === "kind_p_oak")!.values,
    ]);
  });

  test("long answers come in lines as they are worked out, and break off with the error", async () => {
    const headers = { "content-type": "text/csv", accept: "application/x-ndjson" };
    const rows = Array.from({ length: 3000 }, (_, i) => (i / 1000 - 1).toFixed(3));
    const body = `width\n${rows.join("\n")}\n`;
    const quantiles = Array.from({ length: 200 }, (_, i) => `quantiles=${((i + 1) / 201).toFixed(4)}`).join(
      "&",
    );
    const whole = await ask(`density?of=height&${quantiles}`, body, { headers });
    const found = (await whole.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(found).toHaveLength(3000);
    const expected = await model.density(
      rows.map((width) => ({ width: Number(width) })),
      { of: "height" },
    );
    for (const row of [0, 2999]) expect(found[row].height_mean).toBeCloseTo(expected.means()[row], 6);
    const brief = await started({ limits: { seconds: 1 } });
    const many = `width\n${Array.from({ length: 150_000 }, (_, i) => i % 7).join("\n")}\n`;
    const broken = await ask(`density?of=height&of=day&${quantiles}`, many, { headers }, brief.url);
    if (broken.status === 503) return; // so slow a machine that the time was up before the first line
    const text: string[] = [];
    const reading = (async () => {
      for await (const piece of broken.body!) text.push(new TextDecoder().decode(piece));
    })();
    await expect(reading).rejects.toThrow();
    const last = text.join("").trim().split("\n").at(-1)!;
    expect(errorAnswer.parse(JSON.parse(last)).error.message).toMatch(/longer than 1 s:/);
  });

  test("who leaves before the answer keeps no place and no file", async () => {
    const only = await started({ limits: { concurrent: 1 } });
    const leaving = new AbortController();
    const rows = Array.from({ length: 2000 }, (_, i) => i % 9).join("\n");
    const headers = { "content-type": "text/csv" };
    const gone = ask("advise?of=height", `width\n${rows}\n`, { headers, signal: leaving.signal }, only.url);
    await wait(200);
    leaving.abort();
    await expect(gone).rejects.toThrow();
    for (let tries = 0; (await ask("density", { of: "height" }, {}, only.url)).status !== 200; tries++) {
      expect(tries).toBeLessThan(600);
      await wait(50);
    }
  });

  test("what is accepted is weighed; what can't be answered is refused before any work", async () => {
    const accept = "application/vnd.apache.arrow.stream, text/csv;q=0.5, application/json;q=0.4";
    const question = { rows: [{ width: 1 }], of: "height" };
    expect((await ask("predict", question, { headers: { accept } })).headers.get("content-type")).toMatch(
      /^text\/csv/,
    );
    const html = await ask("predict", question, { headers: { accept: "text/html" } });
    expect(await refusal(html)).toMatchObject({ status: 406 });
  });
});

describe("what is wrong is one sentence", () => {
  test.each([
    ["no JSON", "{", 400, /no JSON/],
    ["not UTF-8", Buffer.from([0x22, 0xff, 0x22]), 400, /UTF-8/],
    ["nothing", "", 400, /no body/],
    ["a list", "[]", 422, /must be an object/],
    ["no column asked", "{}", 422, /lacks "of"/],
    ["an unknown option", '{ "off": "height" }', 422, /did you mean "of"/],
    ["an unknown column", '{ "of": "hight" }', 422, /did you mean "height"/],
    ["a wrong category", '{ "of": "height", "given": { "kind": "oka" } }', 422, /did you mean "oak"/],
    ["a list as a value", '{ "of": "height", "given": { "width": [1] } }', 422, /Column "width" of `given`/],
    ["both asked and given", '{ "of": "height", "given": { "height": 1 } }', 422, /both asked and given/],
    ["a path", '{ "of": "height", "rows": "/etc/passwd" }', 422, /"rows" must be a list/],
    ["a wrong row", '{ "of": "height", "rows": [{ "width": 1 }, { "width": {} }] }', 422, /width/],
  ])("%s", async (_, body, status, sentence) => {
    const answer = await refusal(await ask("density", "", { body }));
    expect(answer.status).toBe(status);
    expect(answer.message).toMatch(sentence);
  });

  test("tables that are broken, or not what they are said to be", async () => {
    const as = (type: string, body: string | Uint8Array<ArrayBuffer>, query = "of=height") =>
      ask(`predict?${query}`, "", { body, headers: { "content-type": type } }).then(refusal);
    const gzip = Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    expect(await as("text/csv", gzip)).toMatchObject({ status: 400 });
    expect(await as("text/csv", "PK\u0003\u0004xl/workbook.xml")).toMatchObject({ status: 400 });
    expect(await as("application/vnd.apache.parquet", "PAR1 and no more")).toMatchObject({ status: 422 });
    expect(await as("text/csv", "")).toMatchObject({ status: 400 });
    expect(await as("text/csv", "width,height\n")).toMatchObject({ status: 422 });
    expect(await as("application/x-tar", "x")).toMatchObject({ status: 415 });
    expect(await as("text/csv", "width\n1\nabc\n2\n3\n4\n")).toMatchObject({
      status: 422,
      row: 2,
      column: "width",
    });
    expect(await as("text/csv", "a,b\n1,2\n")).toMatchObject({ status: 422 });
    expect(await as("text/csv", "width\n1\n", "of=height&sise=3")).toMatchObject({ status: 422 });
    expect(await as("text/csv", "width\n1\n", "of=height&quantiles=x")).toMatchObject({ status: 422 });
    const encoded = await ask("density", { of: "height" }, { headers: { "content-encoding": "gzip" } });
    expect(await refusal(encoded)).toMatchObject({ status: 415 });
  });

  test("names of models, verbs and methods", async () => {
    const post = (path: string) =>
      fetch(`${server.url}${path}`, { method: "POST", headers: JSON_TYPE, body: "{}" });
    expect((await refusal(await post("/models/thing/density"))).message).toMatch(/did you mean "things"/);
    expect((await refusal(await post("/models/things/densitty"))).message).toMatch(/did you mean "density"/);
    expect(await refusal(await fetch(`${server.url}/models/things/density`))).toMatchObject({ status: 405 });
    expect(await refusal(await fetch(`${server.url}/nowhere`))).toMatchObject({ status: 404 });
    expect(await refusal(await fetch(`${server.url}/models/..%2f..%2fetc`))).toMatchObject({ status: 404 });
  });

  test("no message tells a path of the server", () => {
    expect(JSON.stringify(lines)).not.toContain(process.env.TMPDIR);
  });
});

describe("limits", () => {
  let small: RunningServer;
  beforeAll(async () => {
    small = await started({ limits: { bodyBytes: 2000, rows: 3, samples: 100, concurrent: 2 } });
  });
  const askSmall = (verb: string, question: unknown, more?: RequestInit) =>
    ask(verb, question, more, small.url);

  test("of the body, whether it says its length or not", async () => {
    const long = JSON.stringify({ of: "height", given: { kind: "x".repeat(3000) } });
    expect(await refusal(await askSmall("density", long))).toMatchObject({ status: 413 });
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 30; i++) controller.enqueue(new TextEncoder().encode(" ".repeat(100)));
        controller.close();
      },
    });
    const streamed = { body, duplex: "half" } as RequestInit;
    expect(await refusal(await askSmall("density", "", streamed))).toMatchObject({ status: 413 });
    const csv = { headers: { "content-type": "text/csv" } };
    expect(
      await refusal(await askSmall("predict?of=height", `width\n${"1\n".repeat(2000)}`, csv)),
    ).toMatchObject({
      status: 413,
    });
  });

  test("of rows, made up too, and of samples", async () => {
    const rows = Array.from({ length: 4 }, () => ({ width: 1 }));
    expect(await refusal(await askSmall("predict", { rows, of: "height" }))).toMatchObject({ status: 413 });
    const csv = { headers: { "content-type": "text/csv" } };
    expect(await refusal(await askSmall("predict?of=height", "width\n1\n2\n3\n4\n", csv))).toMatchObject({
      status: 413,
    });
    expect(await refusal(await askSmall("synthesize", { rows: 4 }))).toMatchObject({ status: 422 });
    expect(await refusal(await askSmall("sample", { of: "height", size: 101 }))).toMatchObject({
      status: 422,
    });
    const three = { rows: rows.slice(1), of: "height", size: 34 };
    expect(await refusal(await askSmall("sample", three))).toMatchObject({ status: 422 });
  });

  test("of rows before they are unpacked or looked at, and of the columns that they bring", async () => {
    await writeTable({ columns: [{ name: "width", values: new Float64Array(100_000) }] }, at("many.parquet"));
    const headers = { "content-type": "application/vnd.apache.parquet" };
    const body = readFileSync(at("many.parquet"));
    const parquet = await refusal(
      await ask("predict?of=height", "", { body, headers }, (await started({ limits: { rows: 3 } })).url),
    );
    expect(parquet).toMatchObject({ status: 413, message: expect.stringMatching(/^100000 rows/) });
    const wide = Array.from({ length: 5000 }, (_, i) => ({ [`c${i}`]: 1 }));
    expect(await refusal(await ask("score", { rows: wide }))).toMatchObject({ status: 413 });
  });

  test("of questions at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => askSmall("advise", { of: "height", given: { day: "2022-02-02" } })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.headers.get("retry-after")).toBe("1");
    expect(await refusal(refused[0]!)).toMatchObject({ status: 429 });
    expect((await askSmall("density", { of: "height" })).status).toBe(200);
  });

  test("of time, and the place is free again afterwards", async () => {
    const brief = await started({ limits: { seconds: 1, concurrent: 1 } });
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ width: i / 10_000, height: i / 20_000 }));
    const long = { rows, of: "kind" };
    const answer = await ask("advise", { ...long, size: 64 }, {}, brief.url);
    expect(await refusal(answer)).toMatchObject({ status: 503 });
    for (let tries = 0; ; tries++) {
      const { status } = await ask("density", { of: "height" }, {}, brief.url);
      if (status === 200) break;
      expect(status).toBe(429);
      expect(tries).toBeLessThan(600);
      await wait(100);
    }
  });
});

describe("who may ask", () => {
  test("with a token nobody else is answered, but for what tells nothing", async () => {
    const { url } = await started({ token: "a secret", host: "127.0.0.1" });
    const get = (path: string, authorization?: string) =>
      fetch(`${url}${path}`, { headers: authorization === undefined ? {} : { authorization } });
    for (const wrong of [undefined, "Bearer another", "Basic a secret", "Bearer a secret "])
      expect((await get("/models", wrong)).status).toBe(wrong?.endsWith(" ") ? 200 : 401); // fetch trims the end
    expect((await get("/models")).headers.get("www-authenticate")).toBe("Bearer");
    expect((await get("/metrics")).status).toBe(401);
    expect((await get("/models", "Bearer a secret")).status).toBe(200);
    for (const open of ["/healthz", "/readyz", "/openapi.json", "/"])
      expect((await get(open)).status).toBe(200);
    expect(await (await get("/")).text()).not.toContain("things");
  });

  test("where others reach it a server does not start without a token, unless that is said", async () => {
    await expect(serve([at("things")], { port: 0, host: "0.0.0.0" })).rejects.toThrow(/others can reach/);
    await expect(serve([at("things")], { port: 0, token: " " })).rejects.toThrow(/empty/);
    const open = await started({ host: "0.0.0.0", noToken: true });
    const { port } = new URL(open.url);
    expect((await fetch(`http://127.0.0.1:${port}/models`)).status).toBe(200);
  });

  test("a page of another origin may ask only if it is named", async () => {
    const origin = "https://example.org";
    const preflight = (url: string) =>
      fetch(`${url}/models/things/density`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
    expect((await preflight(server.url)).headers.get("access-control-allow-origin")).toBeNull();
    const { url } = await started({ cors: origin });
    expect((await preflight(url)).headers.get("access-control-allow-origin")).toBe(origin);
  });

  test("over TLS, with a certificate made here", async () => {
    const [key, cert] = ["key.pem", "cert.pem"].map(at) as [string, string];
    const made = [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      "-days",
      "1",
    ];
    execFileSync("openssl", [...made, "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"], {
      stdio: "ignore",
    });
    const { url } = await started({ tls: { cert, key } });
    expect(url).toMatch(/^https:/);
    const status = await new Promise((resolve, reject) => {
      const trusted = { ca: readFileSync(cert) };
      tlsRequest(`${url}/readyz`, trusted, ({ statusCode }) => resolve(statusCode))
        .on("error", reject)
        .end();
    });
    expect(status).toBe(200);
    await expect(fetch(`${url}/readyz`)).rejects.toThrow(); // nobody vouches for it
    await expect(serve([at("things")], { port: 0, tls: { cert: key, key: cert } })).rejects.toThrow(/PEM/);
  });
});

test("of questions that come at once a wrong one is refused alone", async () => {
  const questions = Array.from({ length: 60 }, (_, i) => ({
    of: "height",
    given: { width: i / 30 - 1, kind: "oak" },
  }));
  const wrong = { of: "height", given: { width: 0, kind: "elm" } };
  const [refused, ...answers] = await Promise.all(
    [wrong, ...questions].map((question) => ask("density", question)),
  );
  expect(await refusal(refused!)).toMatchObject({ status: 422 });
  for (const [i, answer] of answers.entries()) {
    const { of } = densityAnswer.parse(await answer.json());
    const expected = await model.density(questions[i]!);
    if (of.height?.kind !== "number" || expected.kind !== "number") return expect.fail("no number");
    expect(of.height.median).toBeCloseTo(expected.median(), 5);
    expect(of.height.std).toBeCloseTo(expected.std(), 5);
  }
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/^anygiven_run_questions_count [1-9]/m);
  expect(metrics).toMatch(
    /^anygiven_requests_total\{route="POST \/models\/\{model\}\/density",status="200"\} \d+$/m,
  );
});

describe("models", () => {
  test("are listed, with columns, kinds, units and card", async () => {
    const { models } = modelList.parse(await (await fetch(`${server.url}/models`)).json());
    expect(models).toMatchObject([{ name: "things", columns: ["width", "height", "kind", "day", "sound"] }]);
    const { columns, card } = modelAnswer.parse(await (await fetch(`${server.url}/models/things`)).json());
    expect(columns[0]).toEqual({ name: "width", kind: "number", unit: "m", asked: true, values: "any" });
    expect(columns[2]).toMatchObject({ name: "kind", kind: "category", categories: ["oak", "pine"] });
    expect(card).toContain("## Training");
  });

  test("are loaded anew when their folder changes, while the old one answers; a broken one is left out", async () => {
    const moving = at("moving");
    await model.save(moving);
    const { url } = await started({ lookMilliseconds: 50 }, [moving, at("things")]);
    const columns = async () => {
      const { models } = modelList.parse(await (await fetch(`${url}/models`)).json());
      return models.find(({ name }) => name === "moving")?.columns.length;
    };
    expect(await columns()).toBe(5);
    const other = await train(
      { ...things(200, 3), columns: things(200, 3).columns.slice(0, 2) },
      { ...TINY_MIXTURE, epochs: 1 },
    );
    await other.save(moving);
    await other.dispose();
    for (let tries = 0; (await columns()) !== 2; tries++) {
      expect(tries).toBeLessThan(600);
      await wait(50);
    }
    expect((await ask("density", { of: "height" }, {}, url)).status).toBe(200);
    writeFileSync(join(moving, "config.json"), "{");
    for (let tries = 0; !lines.some(({ event }) => event === "reload failed"); tries++) {
      expect(tries).toBeLessThan(600);
      await wait(50);
    }
    expect(await columns()).toBe(2);
  });

  test("two of one name, none, and a folder without one are refused", async () => {
    await expect(serve([])).rejects.toThrow(/No model is named/);
    await expect(serve([at("things"), at("things")])).rejects.toThrow(/rename/);
    await expect(serve([at("nothing")])).rejects.toThrow(/no model/);
  });
});

describe("the OpenAPI document", () => {
  test("is valid, and the client's types are made of it", async () => {
    const document = await (await fetch(`${server.url}/openapi.json`)).json();
    expect(await new Validator().validate(document)).toEqual({ valid: true });
    // npx tsx scripts/server-types.ts
    expect(await serverTypes()).toBe(
      readFileSync(new URL("generated/server-api.ts", import.meta.url), "utf8"),
    );
  });

  test("makes a client that asks", async () => {
    const client = createClient<paths>({ baseUrl: server.url });
    const params = { path: { model: "things" } };
    const body = { of: "height", given: { width: 0.4 } };
    const { data, error } = await client.POST("/models/{model}/density", { params, body });
    expect(error).toBeUndefined();
    if (typeof data !== "object" || !("of" in data)) return expect.fail("no density");
    const expected = await model.density(body);
    expect(expected.kind === "number" && expected.median()).toBe(
      data.of.height?.kind === "number" && data.of.height.median,
    );
    const wrong = await client.POST("/models/{model}/predict", {
      params,
      body: { of: "hight", rows: [{ width: 1 }] },
    });
    expect(wrong.error?.error.message).toMatch(/did you mean "height"/);
  });

  test("is a page that needs nothing from elsewhere", async () => {
    const page = await (await fetch(`${server.url}/`)).text();
    expect(page).toContain("/models/{model}/density");
    expect(page).toContain("things");
    expect(page).not.toMatch(/<script|<link|src=|@import|url\(/);
  });
});

test("each request is a line of the log, without the query; nothing is left of what was sent", async () => {
  await ask("density?of=secret", { of: "height" });
  const line = lines.at(-1);
  expect(line).toMatchObject({
    method: "POST",
    path: "/models/things/density",
    status: 422,
    model: "things",
  });
  expect(JSON.stringify(lines)).not.toContain("secret");
  expect(readdirSync(process.env.TMPDIR!)).toEqual([]);
});

test("no other command loads what a server needs", () => {
  const waiting = [new URL("../dist/cli.js", import.meta.url)];
  const seen = new Set<string>();
  const packages = new Set<string>();
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (seen.has(file.href)) continue;
    seen.add(file.href);
    const imports = readFileSync(file, "utf8").matchAll(
      /^(?:import|export)\b[^"';]*?(?:from\s*)?"([^"]+)"/gm,
    );
    for (const [, name] of imports) {
      if (name?.startsWith(".")) waiting.push(new URL(name, file));
      else if (name) packages.add(name);
    }
  }
  expect(packages).toContain("@commander-js/extra-typings");
  expect([...packages].filter((name) => /hono|zod/.test(name))).toEqual([]);
});

test("the command drains when it is told to end, and exits with 0", async () => {
  const running = startAnygiven(["serve", at("things"), "--port", "0", "--max-rows", "5000"]);
  const url = await new Promise<string>((resolve) => {
    running.process.stdout?.on("data", (text: string) => {
      const [, found] = /at (http:\S+) /.exec(text) ?? [];
      if (found) resolve(found);
    });
  });
  const rows = Array.from({ length: 200 }, (_, i) => ({ width: i / 200 }));
  const answer = ask("advise", { rows, of: "height" }, {}, url);
  const inside = async () => /questions_inside (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
  while ((await inside()) !== "1") await wait(10);
  running.process.kill("SIGTERM");
  expect((await answer).status).toBe(200);
  expect(tableAnswer.parse(await (await answer).json()).rows).toHaveLength(200);
  const { code, stderr } = await running.outcome;
  expect(code).toBe(0);
  const logged = stderr
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  expect(logged.at(-1)).toMatchObject({ path: "/models/things/advise", status: 200 });
  await expect(fetch(url)).rejects.toThrow();
});
