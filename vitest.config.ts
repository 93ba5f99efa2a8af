/** @file The tests: beside what they test in src/ and examples/, and of the whole product in test/. */
import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ".scratch/**", "dist/**"],
    // Child processes: ONNX Runtime's threads and the gradient workers are not shared between files.
    // Each uses several threads itself, so more processes than two only queue for the same cores.
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
