/** @file `anygiven gpu`: what computing on a graphics processor wants, what is here, and installing what can be. */
import { Command } from "@commander-js/extra-typings";
import { installCuda } from "../runtime/node/cuda-install.ts";
import { cudaParts, cudaPlatform } from "../runtime/node/cuda-parts.ts";
import { lineOf, tryDevice } from "../runtime/node/devices.ts";
import { modelOptions } from "./options.ts";
import { answer, note } from "./output.ts";

export function gpuCommand() {
  return new Command("gpu")
    .description(
      "Say what computing on a GPU wants and what of it is here; install ONNX Runtime's CUDA part.",
    )
    .option(
      "--install",
      "download ONNX Runtime's CUDA libraries (from api.nuget.org, some hundred megabytes)",
    )
    .option(
      "--without-driver",
      "with --install: also where there is no NVIDIA driver, in an image to be run elsewhere",
    )
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
WebGPU comes with the package (Windows, macOS, Linux x64) and wants a graphics driver with Direct3D 12, Metal or Vulkan.
CUDA (Linux x64) wants the NVIDIA driver, NVIDIA's CUDA libraries and cuDNN, and ONNX Runtime's CUDA libraries.

Examples:
  anygiven gpu
  anygiven gpu --install
  anygiven train houses.csv --out houses --device cuda`,
    )
    .action(async ({ install, withoutDriver, json }) => {
      const platform = cudaPlatform();
      if (install) {
        note("Running the installer of onnxruntime-node ...");
        await installCuda(platform, { withoutDriver: withoutDriver === true });
      }
      const parts = platform.builds.length > 0 ? await cudaParts(platform) : [];
      const devices = [await tryDevice("cuda"), await tryDevice("webgpu")];
      const found = parts.map(
        ({ what, found, detail }) => `  ${found ? "found  " : "MISSING"} ${what}: ${detail}`,
      );
      const wants = found.length > 0 ? ["CUDA wants:", ...found] : [];
      const text = [...wants, ...devices.map(lineOf)].join("\n");
      answer(json, { platform: platform.platform, cuda: parts, devices }, text);
    });
}
