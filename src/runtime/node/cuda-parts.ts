/** @file What computing on CUDA wants besides this package, and how much of it is here. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { requireFromHere } from "../../files/package-files.ts";

/** A thing that CUDA wants. */
export interface CudaPart {
  readonly what: string;
  readonly found: boolean;
  /** What of it is found, or what is missing and where to get it. */
  readonly detail: string;
}

export interface CudaPlatform {
  readonly platform: string;
  /** The builds that ONNX Runtime has for this platform, in the words of its installer ("cuda12"); often none. */
  readonly builds: readonly string[];
  /** The folder that holds ONNX Runtime's libraries. */
  readonly folder: string;
  /** Its installer. */
  readonly installer: string;
}

/** What the installer of onnxruntime-node offers for a platform, from its own table. */
export function cudaPlatform(platform: string = process.platform, arch: string = process.arch): CudaPlatform {
  const name = `${platform}/${arch}`;
  const table = requireFromHere("onnxruntime-node/script/install-metadata.js") as {
    readonly requirements: Readonly<Record<string, readonly string[]>>;
  };
  const installer = requireFromHere.resolve("onnxruntime-node/script/install.js");
  return {
    platform: name,
    builds: table.requirements[name] ?? [],
    folder: join(installer, "../../bin/napi-v6", name),
    installer,
  };
}

const providerLibrary = (folder: string) => join(folder, "libonnxruntime_providers_cuda.so");

/** All that CUDA wants on Linux, with what is found of each. */
export async function cudaParts({ folder, builds }: CudaPlatform): Promise<CudaPart[]> {
  const version = builds[0]?.replace("cuda", "") ?? "12";
  const provider = providerLibrary(folder);
  const installed = existsSync(provider);
  const wanted = installed ? await linkedLibraries(provider) : await knownLibraries(version);
  return [
    await driverPart(wanted),
    {
      what: "ONNX Runtime's CUDA libraries",
      found: installed,
      detail: installed ? provider : "not installed: anygiven gpu --install downloads them",
    },
    librariesPart(
      `CUDA ${version}`,
      wanted.filter(({ name }) => !/^lib(cuda|cudnn)\b/.test(name)),
      `NVIDIA's package cuda-libraries-${version}-x, or the toolkit`,
    ),
    // Not among what the provider is linked with, in some builds: it is loaded when an operation wants it.
    librariesPart("cuDNN 9", await found(["libcudnn.so.9"]), `NVIDIA's package libcudnn9-cuda-${version}`),
  ];
}

interface Library {
  readonly name: string;
  readonly found: boolean;
}

function librariesPart(what: string, libraries: readonly Library[], from: string): CudaPart {
  const missing = libraries.filter((library) => !library.found).map(({ name }) => name);
  return missing.length === 0
    ? { what, found: true, detail: libraries.map(({ name }) => name).join(", ") }
    : { what, found: false, detail: `${missing.join(", ")} not found: ${from}` };
}

async function driverPart(libraries: readonly Library[]): Promise<CudaPart> {
  const what = "NVIDIA GPU and driver";
  const gpus = await nvidiaGpus();
  if (gpus.length > 0) return { what, found: true, detail: gpus.join(", ") };
  const driver = libraries.find(({ name }) => name === "libcuda.so.1");
  const detail = driver?.found
    ? "the driver's libcuda.so.1 is here, but nvidia-smi names no GPU"
    : "not found (no nvidia-smi, no libcuda.so.1): https://www.nvidia.com/drivers";
  return { what, found: false, detail };
}

/** Properties of the NVIDIA GPUs (as nvidia-smi calls them), by their driver's own tool; none where it is not installed. */
export async function nvidiaGpus(query = "name,driver_version"): Promise<string[]> {
  const stdout = await outputOf("nvidia-smi", [`--query-gpu=${query}`, "--format=csv,noheader"]);
  return stdout?.trim() ? stdout.trim().split("\n") : [];
}

/** What a library is linked with, by the loader itself. @throws if there is no ldd. */
async function linkedLibraries(path: string): Promise<Library[]> {
  const { stdout } = await promisify(execFile)("ldd", [path]);
  return [...stdout.matchAll(/^\s*(\S+) => (not found|\S+)/gm)].map(([, name, index]) => ({
    name: name,
    found: index !== "not found",
  }));
}

/** What the CUDA provider of ONNX Runtime is linked with, where it is not here to be looked at. */
const knownLibraries = (version: string) =>
  found(["libcuda.so.1", `libcudart.so.${version}`, `libcublas.so.${version}`, `libcublasLt.so.${version}`]);

/** Looks where the loader looks. */
async function found(names: readonly string[]): Promise<Library[]> {
  const cache = (await outputOf("ldconfig", ["-p"])) ?? (await outputOf("/sbin/ldconfig", ["-p"])) ?? "";
  const folders = (process.env.LD_LIBRARY_PATH ?? "").split(":").filter((folder) => existsSync(folder));
  const files = new Set(folders.flatMap((folder) => readdirSync(folder)));
  for (const [, name] of cache.matchAll(/^\s*(\S+) \(/gm)) files.add(name);
  return names.map((name) => ({ name, found: files.has(name) }));
}

/** What a tool prints, if it is installed and content. */
function outputOf(tool: string, options: readonly string[]): Promise<string | undefined> {
  return promisify(execFile)(tool, options).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
}
