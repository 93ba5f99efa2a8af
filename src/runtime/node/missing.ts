/** @file From what drivers and ONNX Runtime complain of to what is missing and how to mend it. */
import type { Device } from "../device-names.ts";

/**
 * @param said what was written to standard error while the device was tried.
 * @returns a sentence without its full stop.
 */
export function missingOf(device: Device, said: string): string {
  const known = REASONS[device].find(([complaint]) => complaint.test(said));
  if (!known) return `ONNX Runtime could not start it (${lastLine(said)})`;
  const [complaint, reason] = known;
  return said.replace(new RegExp(`^[^]*?${complaint.source}[^]*$`), reason);
}

/** Complaints and what they mean, the most telling first. */
const REASONS: Record<Device, readonly (readonly [RegExp, string])[]> = {
  cpu: [],
  cuda: [
    [/backend not found/, "ONNX Runtime's package for Node.js has CUDA on Linux x64 only"],
    [
      /Failed to load library \S*(libonnxruntime_providers_\w+\.so) with error: \S*\1: cannot open/,
      "ONNX Runtime's CUDA libraries are not installed ($1); see: anygiven gpu",
    ],
    [
      /(libcuda\.so\.\d+): cannot open shared object file/,
      "there is no NVIDIA driver ($1 is missing); see: anygiven gpu",
    ],
    [/(libcudnn[\w.]*): cannot open shared object file/, "cuDNN is missing ($1); see: anygiven gpu"],
    [
      /(lib[\w-]+\.so[\d.]*): cannot open shared object file/,
      "a library of the CUDA toolkit is missing ($1); see: anygiven gpu",
    ],
    [
      /(CUDA driver version is insufficient[^;\n]*|no CUDA-capable device is detected)/,
      "the NVIDIA driver refuses ($1); see: anygiven gpu",
    ],
  ],
  webgpu: [
    [
      /backend not found/,
      "ONNX Runtime's package for Node.js has no WebGPU for this platform (it has for Windows, macOS and Linux x64)",
    ],
    [
      /Couldn't load Vulkan: (libvulkan\.so\.1): cannot open/,
      "the Vulkan loader is missing ($1): install it (Debian: libvulkan1) and a graphics driver with Vulkan",
    ],
    [
      /Failed to get a WebGPU adapter/,
      "there is no graphics driver that WebGPU can use: install one with Vulkan, Metal or Direct3D 12 (Debian: mesa-vulkan-drivers, or NVIDIA's own)",
    ],
  ],
};

function lastLine(said: string): string {
  return said.trim().split("\n").at(-1) ?? "";
}
