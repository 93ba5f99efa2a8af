/** @file Installing ONNX Runtime's CUDA libraries, by its own installer. */
import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { InputError } from "../../base/errors.ts";
import { type CudaPlatform, nvidiaGpus } from "./cuda-parts.ts";

export interface CudaInstallOptions {
  /** Install where there is no NVIDIA driver too: in an image that is run elsewhere. */
  readonly withoutDriver?: boolean;
}

/**
 * Downloads the CUDA libraries of the installed onnxruntime-node into its own folder; what its installer prints, it prints
 * to standard output.
 * @throws InputError where they can't be had: another platform, no driver, no network, a folder that can't be written.
 */
export async function installCuda(
  { platform, builds, folder, installer }: CudaPlatform,
  { withoutDriver = false }: CudaInstallOptions = {},
): Promise<void> {
  if (builds.length === 0) {
    throw new InputError(
      `ONNX Runtime's package for Node.js has no CUDA for ${platform}, only for Linux x64: use \`device\` webgpu.`,
    );
  }
  if (!withoutDriver && (await nvidiaGpus()).length === 0) {
    throw new InputError(
      "There is no NVIDIA driver here (nvidia-smi names no GPU), so the CUDA libraries would be of no use: " +
        "install the driver first, or add `withoutDriver` in an image that is run elsewhere.",
    );
  }
  await access(folder, constants.W_OK).catch(() => {
    throw new InputError(`${folder} can't be written: run this as the user who installed anygiven.`);
  });
  // The setting wins over npm's "onnxruntime-node-install=skip", which commands run by npm inherit.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "true" };
  const child = spawn(process.execPath, [installer], { env, stdio: ["ignore", "inherit", "pipe"] });
  const [complaint, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject)),
  ]);
  if (code !== 0) throw new InputError(failure(complaint, folder));
}

const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/;

function failure(complaint: string, folder: string): string {
  const unreachable = UNREACHABLE.exec(complaint)?.[0];
  if (unreachable) {
    return (
      `The host api.nuget.org can't be reached from here (${unreachable}): connect to the internet, name a proxy in ` +
      "GLOBAL_AGENT_HTTPS_PROXY, or copy the libraries of NuGet's Microsoft.ML.OnnxRuntime.Gpu.Linux " +
      `(runtimes/linux-x64/native/*.so) to ${folder}.`
    );
  }
  const reason = /^\s*(?:\w*Error: )(.*)$/m.exec(complaint)?.[1] ?? complaint.trim().split("\n").at(-1);
  return `ONNX Runtime's installer failed (${reason}): mend that and run anygiven gpu --install again.`;
}
