/** @file ONNX Runtime, loaded here and nowhere else, so that its telemetry is off before any of it runs. */
import { isMainThread } from "node:worker_threads";
import type * as Library from "onnxruntime-node";
import { InputError } from "../../base/errors.ts";
import { requireFromHere } from "../../files/package-files.ts";

/**
 * Version 1.30 otherwise keeps a device's id and a database of events under ~/.cache/Microsoft and sends them to
 * Microsoft. Its C++ looks at the environment of the process. Only the main thread can change that: a worker thread has
 * a copy, in which it sees what the main thread had set when the worker started.
 */
const SWITCH = "ORT_DISABLE_TELEMETRY";

if (isMainThread) process.env[SWITCH] = "1";
else if (process.env[SWITCH] !== "1")
  throw new InputError(
    `ONNX Runtime would send telemetry from this worker thread: set ${SWITCH}=1 in the environment of the process, or import anygiven in the main thread before the worker starts.`,
  );

// Not an import: a bundle runs those before the lines above.
const library = requireFromHere("onnxruntime-node") as typeof Library;

export const { env, InferenceSession, Tensor } = library;
export type InferenceSession = Library.InferenceSession;
export type SessionOptions = Library.InferenceSession.SessionOptions;
export type Tensor = Library.Tensor;
