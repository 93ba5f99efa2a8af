/** @file The names of the devices that programs can run on. */
export const DEVICES = ["cpu", "cuda", "webgpu"] as const;
/** Where programs run: an execution provider of ONNX Runtime. */
export type Device = (typeof DEVICES)[number];

export const PRECISIONS = ["float32", "float16", "bfloat16"] as const;
/** What matrix products are computed in when training; everything around them is float32. */
export type TrainingPrecision = (typeof PRECISIONS)[number];

/** A device, or the fastest that starts here. */
export type DeviceChoice = Device | "auto";
