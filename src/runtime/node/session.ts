/** @file Programs loaded into ONNX Runtime for Node. */
import type { Device } from "../device-names.ts";
import type { Cells, Session, SessionChoice, Tensor } from "../platform.ts";
import { tryDevice, unusable } from "./devices.ts";
import * as onnx from "./onnxruntime.ts";

// A device that can't start is reported in our own sentence, and not in ONNX Runtime's log as well.
onnx.env.logLevel = "fatal";

export function sessionOptions(device: Device, threads: number): onnx.SessionOptions {
  // What the device can't do must not be done by the processor instead, unseen and with copies both ways.
  const alone = device === "cpu" ? {} : { disable_cpu_ep_fallback: "1" };
  return {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    logSeverityLevel: 3,
    // A spinning thread takes the core that the other worker needs.
    extra: { session: { intra_op: { allow_spinning: "0" }, ...alone } },
  };
}

/** @throws InputError if the device's execution provider can't start on this machine. */
export async function openSession(program: Uint8Array, { device, threads }: SessionChoice): Promise<Session> {
  try {
    return new NodeSession(await onnx.InferenceSession.create(program, sessionOptions(device, threads)));
  } catch (error) {
    if (device === "cpu") throw error;
    // ONNX Runtime's error does not say which library is missing; a trial does.
    const report = await tryDevice(device);
    throw unusable(device, report.starts ? String(error).split("\n")[0] : report.missing);
  }
}

type Tensors = Readonly<Record<string, onnx.Tensor>>;

class NodeSession implements Session {
  readonly #session: onnx.InferenceSession;

  constructor(session: onnx.InferenceSession) {
    this.#session = session;
  }

  tensor(cells: Cells | BigInt64Array, shape: readonly number[]): Tensor {
    return new onnx.Tensor(cells, shape);
  }

  run(inputs: Readonly<Record<string, Tensor>>, results?: Readonly<Record<string, Tensor>>) {
    const given = inputs as Tensors;
    return results ? this.#session.run(given, results as Tensors) : this.#session.run(given);
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
