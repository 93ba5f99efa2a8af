/** @file The tests: beside what they test in src/ and examples/, and of the whole product in test/. */
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that take longest, the longest first: begun last, one would keep one process busy while the other has ended. */
const LONGEST = [
  "examples/spectra/spectra",
  "test/webgpu",
  "examples/two-normals/two-normals",
  "examples/moons/moons",
  "test/package",
  "test/readme",
  "test/resume",
  "src/model/predict",
  "examples/california/california",
  "test/shared-training",
  "src/model/circular",
  "src/table/files/hdf5/slice",
  "test/density-commands",
  "test/api-examples",
];

/** In this project files take turns in one process: to load what they test often takes longer than to test it. */
const TOGETHER = "together";
const replacesModule = (path: string) =>
  path.endsWith(".test.ts") && readFileSync(join(import.meta.dirname, path), "utf8").includes("vi.mock(");
/** Files of src/ that replace a module, or keep in one what ends with them, such as a folder of files. */
const ALONE = [
  "src/table/files/hdf5/**/*.test.ts",
  ...readdirSync(join(import.meta.dirname, "src"), { recursive: true, encoding: "utf8" })
    .map((name) => `src/${name.replaceAll("\\", "/")}`)
    .filter(replacesModule),
];
const exclude = [...configDefaults.exclude, ".scratch/**", "dist/**"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      if (found >= 0) return found;
      // Files that share a process follow on one another: it ends when another project's file is next.
      return LONGEST.length + (project.name === TOGETHER ? 1 : 0);
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: { name: "alone", include: ["test/**/*.test.ts", "examples/**/*.test.ts", ...ALONE], exclude },
      },
      {
        extends: true,
        test: {
          name: TOGETHER,
          include: ["src/**/*.test.ts"],
          exclude: [...exclude, ...ALONE],
          isolate: false,
        },
      },
    ],
    sequence: { sequencer: LongestFirst },
    // Child processes: what a test changes of its process (folder, environment, loaded machine code) is its own. Each uses
    // several threads itself, so more processes than two only queue for the same cores.
    pool: "forks",
    // Threads run what is tested: their program is made of src/ anew.
    globalSetup: ["scripts/build-worker.mjs"],
    // Tests import what they test, not the entry that makes Node the platform.
    setupFiles: ["src/runtime/node/install.ts"],
    // Also for the programs that a test loads into ONNX Runtime by itself; src/runtime/node/onnxruntime.ts tells why.
    env: { ORT_DISABLE_TELEMETRY: "1" },
    maxWorkers: Math.min(2, availableParallelism()),
    // Against hanging only, so far off that a busy machine does not get there: tests say what is right, not how fast it
    // comes. No test has a limit of its own.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
