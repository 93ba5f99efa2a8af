/** @file The examples in the docstrings of the public face: each function and method has one, and it runs. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSurvey } from "../src/datasets/survey.ts";
import { writePublishedExample } from "../src/import/pytorch/torch-fixture.ts";
import { generator } from "../src/numeric/generator.ts";
import { writeTable } from "../src/table/files/write.ts";
import { chosenRows } from "../src/table/table.ts";
import { publicThings } from "./public-face.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
const things = publicThings();
const examples = things.flatMap(({ name, examples }) =>
  examples.map((code, i) => ({
    name: i === 0 ? name : `${name}, ${i + 1}`,
    file: `example-${name}-${i}`,
    code,
  })),
);
/** Their types are checked, but nothing is fetched from the network, and no surveys lie here. */
const NOT_RUN = ["getDataset", "reduceApogeeGaia"];

let folder: string;
let mistakes: Readonly<Record<string, string>>;
let outcomes: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "anygiven-examples-"));
  await writeFiles();
  for (const { file, code } of examples) writeFileSync(join(folder, `${file}.ts`), moduleOf(code));
  mistakes = typeMistakes();
  outcomes = await run();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every public function, class and method has an example", () => {
  const shown = things.filter(({ kind }) => kind !== "type" && kind !== "value");
  expect(shown.length).toBeGreaterThan(40);
  expect(shown.filter((each) => each.examples.length === 0).map(({ name }) => name)).toEqual([]);
});

test.each(examples)("the example of $name runs", ({ name, file }) => {
  expect(mistakes[file]).toBeUndefined();
  if (!NOT_RUN.includes(name)) expect(outcomes[file]).toBe("ran");
});

/** What the examples find beside them. */
async function writeFiles(): Promise<void> {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(repository, join(folder, "node_modules", "anygiven"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const random = generator(1, "houses");
  const income = Float64Array.from({ length: 200 }, () => 2 + 6 * random.uniform());
  const value = income.map((each) => 0.5 * each + 0.2 * random.normal());
  const age = income.map(() => Math.floor(50 * random.uniform()));
  const houses = { MedInc: income, HouseAge: age, HouseValue: value };
  const columns = Object.entries(houses).map(([name, values]) => ({ name, values }));
  await writeTable({ columns }, join(folder, "houses.csv"));
  const stars = chosenRows(
    await readSurvey(),
    Uint32Array.from({ length: 100 }, (_, row) => row),
  );
  await writeTable(stars, join(folder, "stars.parquet"));
  cpSync(join(repository, "models/survey"), join(folder, "survey-model"), { recursive: true });
  writePublishedExample(join(folder, "published"));
}

/** The example with imports of what it uses of the public face, unless it has them itself. */
function moduleOf(code: string): string {
  const used = things.filter(
    ({ name, kind }) =>
      kind !== "method" && new RegExp(`(?<![.\\w])${name}\\b`).test(code) && !isImported(name, code),
  );
  const imports = used.map(({ name, entry }) => `import { ${name} } from "${entry}";`);
  return [...new Set(imports), code, "export {};", ""].join("\n");
}

function isImported(name: string, code: string): boolean {
  return new RegExp(`^import [^;]*\\b${name}\\b`, "m").test(code);
}

/** By file, what TypeScript says of the example. */
function typeMistakes(): Record<string, string> {
  const program = ts.createProgram(
    examples.map(({ file }) => join(folder, `${file}.ts`)),
    {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      typeRoots: [join(repository, "node_modules/@types")],
      types: ["node"],
    },
  );
  const found: Record<string, string> = {};
  for (const { file } of examples) {
    const source = program.getSourceFile(join(folder, `${file}.ts`));
    const messages = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    if (messages.length > 0)
      found[file] = messages
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))
        .join("\n");
    program.emit(source);
  }
  return found;
}

/** Runs all examples, one after the other in one process; by file, "ran" or the error. */
async function run(): Promise<Record<string, string>> {
  const files = examples.filter(({ name }) => !NOT_RUN.includes(name)).map(({ file }) => file);
  const program = `
    import { writeFileSync } from "node:fs";
    const outcomes = {};
    for (const file of ${JSON.stringify(files)}) {
      outcomes[file] = await import(".//" + file + ".js").then(() => "ran", (error) => String(error?.stack ?? error));
      writeFileSync("outcomes.json", JSON.stringify(outcomes));
    }
    process.exit(0);
  `;
  writeFileSync(join(folder, "run.js"), program);
  await promisify(execFile)(process.execPath, ["run.js"], { cwd: folder, maxBuffer: 2 ** 26 });
  return JSON.parse(readFileSync(join(folder, "outcomes.json"), "utf8"));
}
