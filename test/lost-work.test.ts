/** @file Nothing is lost: by a terminal that closes, two runs at once, a killed one, an output that is an input, a pipe or a link. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readTable } from "../src/table/files/read.ts";
import { writeTable } from "../src/table/files/write.ts";
import { startAnygiven, TINY, temporaryFolder, writeExampleTable } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("lost-work");
const at = (name: string) => join(folder, name);
const table = writeExampleTable(at("table.csv"), 300);
const model = at("model");
const options = ["--preset", "paper", ...TINY];
const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
expect((await anygivenHere("train", table, "--out", model, ...options)).code).toBe(0);

/** A training that goes on and on. */
function training(out: string) {
  const run = startAnygiven(["train", table, "--out", out, ...options, "--epochs", "100000"]);
  const hasBegun = new Promise<void>((resolve) => {
    run.process.stderr?.on("data", (text) => String(text).includes("epoch 1 ") && resolve());
  });
  return { ...run, hasBegun };
}

test("a terminal that closes (SIGHUP) ends a training with a checkpoint to resume from", async () => {
  const out = at("hung-up");
  const { process: child, hasBegun, outcome } = training(out);
  await hasBegun;
  child.kill("SIGHUP");
  expect((await outcome).code).toBe(130);
  expect(readdirSync(join(out, "checkpoints")).length).toBeGreaterThan(0);
  expect(readFileSync(join(out, "training.log"), "utf8")).toContain("interrupted after");
});

test("a training whose messages nobody reads any more goes on to its end", () => {
  const out = at("unread");
  const words = ["train", table, "--out", out, ...options, "--epochs", "60"].join(" ");
  const { stdout } = spawnSync("bash", [
    "-c",
    `(${process.execPath} ${CLI} ${words}; echo "exit $?" >&3) 3>"${at("code")}" 2>&1 | head -n 1`,
  ]);
  expect(String(stdout)).toContain("table.csv");
  expect(readFileSync(at("code"), "utf8")).toBe("exit 0\n");
  expect(readFileSync(join(out, "training.log"), "utf8")).toContain("after 60 epochs");
});

test("answers whose reader has seen enough still leave their picture", () => {
  const picture = at("picture.svg");
  const words = `density ${model} --of height --plot ${picture}`;
  const { status } = spawnSync("bash", [
    "-c",
    `set -o pipefail; (${process.execPath} ${CLI} ${words} 3>&-) 2>/dev/null | (exec <&-; sleep 0.1)`,
  ]);
  expect(status).toBe(0);
  expect(readFileSync(picture, "utf8")).toContain("</svg>");
});

test("a second training into the folder is refused; a killed one's lock and temporary files are taken away, which is told", async () => {
  const out = at("two");
  const { process: child, hasBegun, outcome } = training(out);
  await hasBegun;
  for (const words of [
    ["train", table, "--out", out, ...options],
    ["train", table, "--out", out, "--resume"],
  ]) {
    const second = await anygivenHere(...words);
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(
      /two is in use: a training, process \d+, since \S+ is writing to it\. Choose another/,
    );
  }
  child.kill("SIGKILL");
  await outcome;
  const mark = readFileSync(join(out, ".lock"), "utf8").split("\n")[0];
  writeFileSync(join(out, `.config.json.${mark}-01234567.tmp`), "{");
  const third = await anygivenHere(
    "train",
    table,
    "--out",
    out,
    "--resume",
    "--epochs",
    "1",
    "--workers",
    "1",
  );
  expect(third.stderr).toContain(
    `The lock of ${out} is taken over from process ${child.pid}, which ended before`,
  );
  expect(third.code, third.stderr).toBe(0);
  expect(readdirSync(out).filter((name) => name.startsWith("."))).toEqual([]);
});

test("what is read is not written over, by whatever name it has", async () => {
  const input = at("input.csv");
  cpSync(table, input);
  symlinkSync(input, at("link.csv"));
  linkSync(input, at("hard.csv"));
  const before = readFileSync(input);
  const here = relative(process.cwd(), input);
  const asked = ["--of", "height"];
  const commands: (readonly string[])[] = [
    ["predict", model, input, ...asked, "--out", input],
    ["predict", model, input, ...asked, "--out", here],
    ["predict", model, input, ...asked, "--out", at("link.csv")],
    ["predict", model, at("link.csv"), ...asked, "--out", input],
    ["predict", model, at("hard.csv"), ...asked, "--out", input],
    ["predict", model, at("inp*.csv"), ...asked, "--out", input],
    ["impute", model, input, "--out", input],
    ["sample", model, input, ...asked, "--out", input],
    ["density", model, input, ...asked, "--out", input],
    ["score", model, input, "--out", input],
    ["advise", model, input, ...asked, "--out", input],
    ["evaluate", model, input, "--out", input],
    ["synthesize", model, "--rows", "3", "--compare", input, "--out", input],
    ["inspect", input, "--out", input],
    ["xmatch", input, table, "--out", input],
    ["xmatch", table, input, "--out", input],
  ];
  for (const words of commands) {
    const { code, stderr } = await anygivenHere(...words);
    expect(stderr, words.join(" ")).toMatch(/is the table that is read.*: name another file with --out/);
    expect(code).toBe(2);
    expect(readFileSync(input).equals(before), words.join(" ")).toBe(true);
  }
  const said = await anygivenHere("predict", model, input, ...asked, "--out", input, "--overwrite");
  expect(said.code, said.stderr).toBe(0);
});

test("files of a model, and of a catalogue that is read, are not written over either", async () => {
  const catalogue = at("cat.hats");
  await writeTable(
    { columns: ["ra", "dec", "width"].map((name) => ({ name, values: Float64Array.of(1, 2, 3) })) },
    catalogue,
  );
  const inside = join(catalogue, "dataset", "answers.csv");
  const cases: [RegExp, readonly string[]][] = [
    [/config\.json is a file of the model/, ["export", model, "--out", join(model, "config.json")]],
    [
      /weights\.safetensors is a file/,
      ["evaluate", model, table, "--out", join(model, "weights.safetensors")],
    ],
    [
      /is a file of the model/,
      ["export", model, "--out", join(model, "checkpoints", "epoch-000002.safetensors")],
    ],
    [
      /answers\.csv is where .*cat\.hats lies/,
      ["predict", model, catalogue, "--of", "height", "--out", inside],
    ],
    [/is the table that is read/, ["predict", model, catalogue, "--of", "height", "--out", catalogue]],
    [
      /metrics\.csv is read, and would be written over/,
      ["train", join(model, "metrics.csv"), "--out", model, "--resume"],
    ],
    [
      /reduction\.json is read/,
      [
        "reduce",
        "apogee-gaia",
        "--allstar",
        at("red/reduction.json"),
        "--gaia",
        "x",
        "--xp",
        "x",
        "--dust",
        "none",
        "--out",
        at("red"),
      ],
    ],
  ];
  mkdirSync(at("red"));
  writeFileSync(at("red/reduction.json"), "{}");
  for (const [said, words] of cases) {
    const { code, stderr } = await anygivenHere(...words);
    expect(stderr, words.join(" ")).toMatch(said);
    expect(code).toBe(2);
  }
});

test.skipIf(process.platform === "win32")(
  "a pipe is not replaced, and a link stays one, also to a file to come",
  async () => {
    const pipe = at("pipe.csv");
    spawnSync("bash", ["-c", `mkfifo "${pipe}"`]);
    const asked = ["predict", model, table, "--of", "height", "--out"];
    const refused = await anygivenHere(...asked, pipe);
    expect(refused.stderr).toMatch(/pipe\.csv is not an ordinary file: give the name of a file to write/);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    for (const [name, ...command] of [
      ["new.csv", ...asked],
      ["new.svg", "density", model, "--of", "height", "--plot"],
    ] as const) {
      symlinkSync(`real-${name}`, at(`link-${name}`));
      const { code, stderr } = await anygivenHere(...command, at(`link-${name}`));
      expect(code, stderr).toBe(0);
      expect(lstatSync(at(`link-${name}`)).isSymbolicLink()).toBe(true);
      expect(lstatSync(at(`real-${name}`)).isFile()).toBe(true);
    }
  },
);

test("links in a model's folder are refused where it is written, and lead to no other file", async () => {
  const linked = at("linked");
  cpSync(model, linked, { recursive: true });
  const outside = at("outside.txt");
  writeFileSync(outside, "mine");
  spawnSync("ln", ["-sf", outside, join(linked, "training.log")]);
  const { code, stderr } = await anygivenHere("train", table, "--out", linked, "--resume", "--epochs", "3");
  expect(stderr).toMatch(/training\.log is a link, and what it leads to would be written over/);
  expect(code).toBe(2);
  expect(readFileSync(outside, "utf8")).toBe("mine");
});

test("a folder called key=value is a folder, above tables that are read, written and passed on", async () => {
  const strange = at("width=1/sub=x");
  mkdirSync(strange, { recursive: true });
  const parquet = join(strange, "rows.parquet");
  await writeTable(await readTable(table), parquet);
  const out = join(strange, "answers.csv");
  const words = ["predict", model, parquet, "--of", "height", "--keep", "all", "--out", out];
  const run = startAnygiven(words, { environment: { TMPDIR: strange } });
  const { code, stderr } = await run.outcome;
  expect(code, stderr).toBe(0);
  const made = await readTable(out);
  expect(made.columns.map(({ name }) => name)).not.toContain("sub");
  const [width] = (await readTable(table, { columns: ["width"] })).columns;
  expect(Array.from(made.columns.find(({ name }) => name === "width")?.values ?? [])).toEqual(
    Array.from(width.values),
  );
  // More rows than wait in memory.
  const many = join(strange, "many.parquet");
  const column = Float64Array.from({ length: 600_000 }, (_, i) => i);
  await writeTable({ columns: ["width", "b"].map((name) => ({ name, values: column })) }, many);
  expect((await readTable(many)).columns.map(({ name, values }) => [name, values.at(-1)])).toEqual([
    ["width", 599_999],
    ["b", 599_999],
  ]);
}, 60_000);

test("a .gz that is cut off anywhere is told, and ends nothing else", async () => {
  const packed = at("cut.csv.gz");
  spawnSync("bash", ["-c", `gzip -c "${table}" > "${at("whole.csv.gz")}"`]);
  const whole = readFileSync(at("whole.csv.gz"));
  const faults: unknown[] = [];
  const onFault = (fault: unknown) => faults.push(fault);
  process.on("uncaughtException", onFault).on("unhandledRejection", onFault);
  for (let cut = 3; cut < whole.length; cut += Math.ceil(whole.length / 60)) {
    writeFileSync(packed, whole.subarray(0, cut));
    await expect(readTable(packed)).rejects.toThrow(/cut\.csv\.gz.*(middle of its gzip data|unpacked)/);
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  process.off("uncaughtException", onFault).off("unhandledRejection", onFault);
  expect(faults).toEqual([]);
});

test("an import that is interrupted is done again", async () => {
  const { writePublishedExample } = await import("../src/import/pytorch/torch-fixture.ts");
  writePublishedExample(at("published"));
  const out = at("imported");
  const script = `
    import { syncBuiltinESMExports } from "node:module";
    import fs from "node:fs";
    const { rename } = fs.promises;
    fs.promises.rename = async (from, to) => {
      if (to.endsWith("config.json") || to.endsWith("weights.safetensors") || to.endsWith("manifest.json")) process.kill(process.pid, "SIGKILL");
      return rename(from, to);
    };
    syncBuiltinESMExports();`;
  writeFileSync(at("killer.mjs"), script);
  const killed = spawn(
    process.execPath,
    ["--import", at("killer.mjs"), CLI, "import", at("published"), "--out", out],
    { stdio: "ignore" },
  );
  const [, signal] = await once(killed, "exit");
  expect(signal).toBe("SIGKILL");
  expect(existsSync(out)).toBe(true);
  const again = await anygivenHere("import", at("published"), "--out", out);
  expect(again.code, again.stderr).toBe(0);
  expect((await anygivenHere("info", out)).code).toBe(0);
  expect(readdirSync(out).filter((name) => name.startsWith("."))).toEqual([]);
});
