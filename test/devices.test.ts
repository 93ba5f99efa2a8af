/** @file The commands that choose, show and explain devices. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

function anygiven(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/cli.js", ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("--device auto takes a device that starts, says which and why, and gives its answer", () => {
  const ask = ["sample", "survey", "--of", "teff", "--size", "3", "--seed", "1", "--json"];
  const auto = anygiven(...ask, "--device", "auto");
  expect(auto.status, auto.stderr).toBe(0);
  const [, device] = /^Computing on (\w+): .*gigaflops.*\(.*\)\.$/m.exec(auto.stderr) ?? [];
  expect(["cpu", "cuda", "webgpu"]).toContain(device);
  expect(auto.stdout).toBe(anygiven(...ask, "--device", device).stdout);
});

test("without --device nothing is tried", () => {
  const { stderr } = anygiven("sample", "survey", "--of", "teff", "--size", "3");
  expect(stderr).toBe("");
});

test("gpu lists what CUDA wants on Linux x64, and how each device does", () => {
  const { status, stdout } = anygiven("gpu", "--json");
  expect(status).toBe(0);
  const { platform, cuda, devices } = JSON.parse(stdout);
  expect(platform).toBe(`${process.platform}/${process.arch}`);
  expect(devices.map(({ device }: { device: string }) => device)).toEqual(["cuda", "webgpu"]);
  const wants = ["NVIDIA GPU and driver", "ONNX Runtime's CUDA libraries", "CUDA 12", "cuDNN 9"];
  const isLinux = platform === "linux/x64";
  expect(cuda.map(({ what }: { what: string }) => what)).toEqual(isLinux ? wants : []);
});
