/** @file Nothing leaves the machine: under a new home folder commands leave no file there and look up no host. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startAnygiven, TINY, temporaryFolder, writeExampleTable } from "./cli.ts";

const folder = temporaryFolder("home");
const table = writeExampleTable(join(folder, "table.csv"), 300);

const commands: Readonly<Record<string, readonly string[]>> = {
  density: ["density", "models/survey", "--of", "teff", "--given", "logg=4"],
  // Two workers: their threads load ONNX Runtime again.
  "a training": ["train", table, "--out", join(folder, "model"), ...TINY, "--workers", "2"],
  "the probes of devices": ["info", "--system"],
};

/** The command's home and temporary folder, and how it runs there: its switch against telemetry is its own. */
function newHome(name: string) {
  const [home, temporary] = ["home", "temporary"].map((each) => join(folder, `${name} ${each}`));
  for (const each of [home!, temporary!]) mkdirSync(each);
  const environment = {
    ...{ HOME: home, USERPROFILE: home, TMPDIR: temporary, ORT_DISABLE_TELEMETRY: undefined },
    ...{ XDG_CACHE_HOME: undefined, XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined },
  };
  const left = () =>
    [home!, temporary!].flatMap((each) => readdirSync(each, { recursive: true, encoding: "utf8" }));
  return { environment, left };
}

test.each(Object.entries(commands))(
  "%s leaves no file in the home or temporary folder",
  async (name, args) => {
    const { environment, left } = newHome(name);
    const { code, stderr } = await startAnygiven(args, { environment }).outcome;
    expect({ code, stderr, left: left() }).toMatchObject({ code: 0, left: [] });
  },
);

test("a worker thread of the user's, which could not switch telemetry off, is refused in one sentence", () => {
  const { environment } = newHome("worker");
  const library = new URL("../dist/index.js", import.meta.url).href;
  const program = `
    import { Worker } from "node:worker_threads";
    const load = \`import(${JSON.stringify(library)}).then(() => console.log("loaded"), (error) => console.log(error.message))\`;
    const run = () => new Promise((resolve) => new Worker(load, { eval: true }).on("exit", resolve));
    await run();
    await import(${JSON.stringify(library)});
    await run();`;
  const args = ["--input-type=module", "-e", program];
  const { stdout } = spawnSync(process.execPath, args, { env: { ...process.env, ...environment } });
  expect(stdout.toString()).toMatch(
    /^ONNX Runtime would send telemetry .*set ORT_DISABLE_TELEMETRY=1.*\nloaded\n$/,
  );
});

const canTrace = spawnSync("strace", ["-f", "-o", "/dev/null", "true"]).status === 0;

// Skipped where strace is not installed or may not trace.
test.skipIf(!canTrace)("a training opens no connection and looks up no host", async () => {
  const { environment } = newHome("traced");
  const trace = join(folder, "trace");
  const under = ["strace", "-f", "-qq", "-e", "trace=network,openat", "-o", trace];
  const args = ["train", table, "--out", join(folder, "traced"), ...TINY, "--workers", "2"];
  const { code } = await startAnygiven(args, { environment, under }).outcome;
  const calls = readFileSync(trace, "utf8").split("\n");
  expect(code).toBe(0);
  expect(calls.length).toBeGreaterThan(100);
  expect(calls.filter((call) => /AF_INET|resolv\.conf|nsswitch\.conf|\/etc\/hosts/.test(call))).toEqual([]);
});
