/** @file docs/scale.md in LSDB: a model run over a catalogue's partitions, and the command line over the same ones. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";
import { pythonWith } from "./python.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const python = pythonWith("lsdb, onnxruntime", "test/lsdb.test.ts", "ANYGIVEN_HATS_PYTHON");
const folder = temporaryFolder("lsdb");
const at = (name: string) => join(folder, name);

const page = readFileSync(join(root, "docs/scale.md"), "utf8");
const blocks = [...page.matchAll(/^```python\n(.*?)^```/gms)].map(([, text]) => text);

/** The answers of both, row by row. */
const COMPARED = `
    found = found.sort_values("id").reset_index(drop=True)
    pandas.testing.assert_frame_equal(found, expected, check_dtype=False, atol=1e-6)
    found.to_csv("found.csv", index=False)
`;

const READ = `
import lsdb, pandas
if __name__ == "__main__":
    answers = pandas.read_parquet("answers")
    found = pandas.read_csv("found.csv").set_index("id").loc[answers.id].reset_index()
    for share in ["q05", "q50", "q95"]:
        pandas.testing.assert_series_equal(answers["logg_" + share], found["logg_" + share], atol=1e-4, check_names=False)
    catalog = lsdb.from_dataframe(answers, ra_column="ra", dec_column="dec", partition_rows=150)
    assert len(catalog.cone_search(ra=10, dec=5, radius_arcsec=36000).compute()) > 0
`;

describe.skipIf(!python)("LSDB", () => {
  const run = (name: string, program: string) => {
    writeFileSync(at(name), program);
    execFileSync(python!, [name], {
      cwd: folder,
      env: { ...process.env, PYTHONPATH: join(root, "python/src"), MODEL: at("survey.onnx") },
      stdio: ["ignore", "pipe", "pipe"],
    });
  };

  beforeAll(async () => {
    const { code, stderr } = await anygivenHere("export", "survey", "--out", at("survey.onnx"));
    expect(code, stderr).toBe(0);
    writeFileSync(at("asked.py"), blocks[0]);
  });

  test("runs a model over the partitions of a catalogue, whose answers are a catalogue again", async () => {
    const example = blocks.find((block) => block.startsWith("# lsdb\n"));
    run("example.py", `${blocks[1]}${example}${COMPARED}`);
  }, 180_000);

  test("has the same answers of the command line's partitions of that catalogue", async () => {
    const asked = [
      "--of",
      "logg",
      "--given",
      "teff,m_h",
      "--quantiles",
      "0.05,0.5,0.95",
      "--keep",
      "id,ra,dec",
    ];
    for (const i of [1, 2, 3]) {
      const place = ["--out", at("answers/p.parquet"), "--partition", `${i}/3`];
      const { code, stderr } = await anygivenHere("predict", "survey", at("labels.hats"), ...asked, ...place);
      expect(code, stderr).toBe(0);
    }
    expect((await anygivenHere("partitions", "check", at("answers"))).code).toBe(0);
    run("read.py", READ);
  }, 180_000);
});
