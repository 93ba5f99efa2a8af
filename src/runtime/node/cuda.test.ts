import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.ts";
import { installCuda } from "./cuda-install.ts";
import { type CudaPlatform, cudaParts, cudaPlatform } from "./cuda-parts.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-cuda-"));
const path = process.env.PATH;
afterAll(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

/** A platform whose installer is a script of ours, and whose libraries are in a folder of their own. */
function platform(name: string, script = ""): CudaPlatform {
  const own = join(folder, name);
  mkdirSync(own);
  const installer = join(own, "install.cjs");
  writeFileSync(installer, script);
  return { platform: "linux/x64", builds: ["cuda12"], folder: own, installer };
}

test("which platforms have CUDA is what the installed onnxruntime-node says", () => {
  const { builds, installer } = cudaPlatform("linux", "x64");
  expect(builds).toEqual(["cuda12"]);
  expect(existsSync(installer)).toBe(true);
  expect(cudaPlatform("linux", "arm64").builds).toEqual([]);
  expect(cudaPlatform("darwin", "arm64").builds).toEqual([]);
});

describe.skipIf(process.platform !== "linux")("on Linux", () => {
  // A tool that answers as nvidia-smi does, so that the tests do not depend on whether there is one.
  beforeAll(() => {
    const tools = join(folder, "tools");
    mkdirSync(tools);
    writeFileSync(join(tools, "nvidia-smi"), '#!/bin/sh\necho "Testing GPU, 555.42"\n');
    chmodSync(join(tools, "nvidia-smi"), 0o755);
    process.env.PATH = `${tools}:${path}`;
  });

  test("what an installed provider is linked with and is not here is told by name", async () => {
    const here = platform("linked");
    // Linked with libonnxruntime.so.1, which it finds beside it only at home.
    const binding = join(cudaPlatform().folder, "onnxruntime_binding.node");
    copyFileSync(binding, join(here.folder, "libonnxruntime_providers_cuda.so"));
    const [driver, provider, libraries] = await cudaParts(here);
    expect(driver).toMatchObject({ found: true, detail: "Testing GPU, 555.42" });
    expect(provider?.found).toBe(true);
    expect(libraries).toMatchObject({ what: "CUDA 12", found: false });
    expect(libraries?.detail).toMatch(
      /^libonnxruntime\.so\.1 not found: NVIDIA's package cuda-libraries-12-x/,
    );
  });

  test("before it is installed, what it will want is looked for where the loader looks", async () => {
    const here = platform("bare");
    const libraries = async () => (await cudaParts(here)).find(({ what }) => what === "CUDA 12")!;
    const indices = process.env.LD_LIBRARY_PATH;
    const before = await libraries();
    for (const name of ["libcudart", "libcublas", "libcublasLt"])
      writeFileSync(join(here.folder, `${name}.so.12`), "");
    process.env.LD_LIBRARY_PATH = here.folder;
    const after = await libraries();
    if (indices === undefined) delete process.env.LD_LIBRARY_PATH;
    else process.env.LD_LIBRARY_PATH = indices;
    expect(after).toMatchObject({
      found: true,
      detail: "libcudart.so.12, libcublas.so.12, libcublasLt.so.12",
    });
    if (!before.found) expect(before.detail).toContain("libcublasLt.so.12 not found");
  });

  test("the installer is run and told to install, whatever npm is told", async () => {
    const script = `require("fs").writeFileSync(__dirname + "/told", process.env.ONNXRUNTIME_NODE_INSTALL)`;
    const here = platform("told", script);
    await installCuda(here);
    expect(readFileSync(join(here.folder, "told"), "utf8")).toBe("true");
  });

  test.each([
    [
      "offline",
      "throw Object.assign(new Error('getaddrinfo ENOTFOUND api.nuget.org'))",
      /api.nuget.org can't be reached from here \(ENOTFOUND\)/,
    ],
    [
      "broken",
      "throw new Error('Failed to find x in NuGet package')",
      /installer failed \(Failed to find x in NuGet package\)/,
    ],
  ])("%s: one sentence says why not", async (name, script, sentence) => {
    const failed = installCuda(platform(name, script));
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(sentence);
  });

  test("other platforms are told so", async () => {
    await expect(installCuda(cudaPlatform("darwin", "arm64"))).rejects.toThrow(
      /no CUDA for darwin\/arm64, only for Linux x64/,
    );
  });

  test("without a driver nothing is downloaded, unless that is wanted", async () => {
    const here = platform("driverless", `require("fs").writeFileSync(__dirname + "/told", "")`);
    const tools = process.env.PATH;
    process.env.PATH = join(folder, "none");
    const refused = await installCuda(here).catch((error: unknown) => error);
    const told = existsSync(join(here.folder, "told"));
    await installCuda(here, { withoutDriver: true });
    process.env.PATH = tools;
    expect(String(refused)).toMatch(/no NVIDIA driver here/);
    expect([told, existsSync(join(here.folder, "told"))]).toEqual([false, true]);
  });
});
