import { expect, test } from "vitest";
import { missingOf } from "./missing.ts";

/** As onnxruntime-node 1.30 and the loader wrote them, but for dates and folders. */
const FAILED =
  "2026-11-26 16:38:51 [E:onnxruntime:onnxruntime-node, provider_bridge_ort.cc:2146 Create] Get() FAIL : Failed to load library ";
const NO_PROVIDER = `${FAILED}/x/libonnxruntime_providers_shared.so with error: /x/libonnxruntime_providers_shared.so: cannot open shared object file: No such file or directory\nOrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library`;
const linked = (library: string) =>
  `${FAILED}/x/libonnxruntime_providers_cuda.so with error: ${library}: cannot open shared object file: No such file or directory\nOrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library`;
const NO_VULKAN = `Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file: No such file or directory
    at operator() (BackendVk.cpp:368)
webgpu_context.cc:136 Failed to get a WebGPU adapter: No supported adapters
`;
const NO_ADAPTER = `Warning: vkCreateInstance: Found no drivers!
webgpu_context.cc:136 Failed to get a WebGPU adapter: No supported adapters
`;

test.each([
  [
    "cuda",
    NO_PROVIDER,
    /^ONNX Runtime's CUDA libraries are not installed \(libonnxruntime_providers_shared.so\)/,
  ],
  ["cuda", linked("libcublasLt.so.12"), /^a library of the CUDA toolkit is missing \(libcublasLt.so.12\)/],
  ["cuda", linked("libcudnn.so.9"), /^cuDNN is missing \(libcudnn.so.9\)/],
  ["cuda", linked("libcuda.so.1"), /^there is no NVIDIA driver \(libcuda.so.1 is missing\)/],
  ["cuda", "no available backend found. ERR: [cuda] backend not found.", /has CUDA on Linux x64 only$/],
  ["webgpu", NO_VULKAN, /^the Vulkan loader is missing \(libvulkan.so.1\)/],
  ["webgpu", NO_ADAPTER, /^there is no graphics driver that WebGPU can use/],
  ["webgpu", "first\nsomething else\n", /^ONNX Runtime could not start it \(something else\)$/],
] as const)("%s: of %j the reason is told, on one line", (device, said, reason) => {
  const missing = missingOf(device, said);
  expect(missing).toMatch(reason);
  expect(missing).not.toContain("\n");
});
