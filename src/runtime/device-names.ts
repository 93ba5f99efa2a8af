/** @file The names of the devices that programs can run on. */
export const DEVICES = ["cpu", "cuda", "webgpu"] as const;
/** Where programs run: an execution provider of ONNX Runtime. */
export type Device = (typeof DEVICES)[number];
/** A device, or the fastest that starts here. */
export type DeviceChoice = Device | "auto";
