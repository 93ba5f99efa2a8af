/** @file The kernels as WebAssembly SIMD, compiled from assembly/kernels.ts. */
import { SIMD_WASM_BASE64 } from "./generated/simd-wasm.ts";
import { adamWFactors, dropThreshold, type Kernels, LANE_WORDS } from "./kernels.ts";

interface Exports {
  dropoutMask(mask: number, length: number, threshold: number, scale: number, state: number): void;
  normals(out: number, length: number, state: number): void;
  accumulate(sum: number, terms: number, length: number): void;
  adamW(...pointersThenFactors: number[]): void;
}

const PAGE = 65536;
const BLOCK = 64; // bytes: a cache line, and two of the widest kernel blocks
/** WebAssembly's 32-bit address space. */
const LARGEST = 2 ** 32 - PAGE;

let compiled: WebAssembly.Module | undefined;

/** Whether this machine's JavaScript engine runs WebAssembly SIMD. */
export function simdSupported(): boolean {
  return WebAssembly.validate(wasmBytes());
}

export function simdKernels(lengths: readonly number[], states: number): Kernels {
  const stateBytes = padded(states * LANE_WORDS * 4);
  const bytes = lengths.reduce((sum, length) => sum + padded(length * 4), stateBytes);
  if (bytes > LARGEST) throw new Error(`the kernels' memory ends at 4 GiB; ${bytes} bytes were asked for`);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  compiled ??= new WebAssembly.Module(wasmBytes());
  const wasm = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Exports;
  let nextState = 0;
  let nextFloats = stateBytes;
  const at = (array: Float32Array | Uint32Array) => {
    if (array.buffer !== memory.buffer) throw new Error("an array that is not from these kernels' memory");
    return array.byteOffset;
  };
  return {
    kind: "simd",
    floats(length) {
      const offset = nextFloats;
      nextFloats += padded(length * 4);
      return new Float32Array(memory.buffer, offset, length);
    },
    state() {
      const offset = nextState;
      nextState += LANE_WORDS * 4;
      if (nextState > stateBytes) throw new Error("no room for another random state");
      return new Uint32Array(memory.buffer, offset, LANE_WORDS);
    },
    dropoutMask(mask, rate, state) {
      wasm.dropoutMask(at(mask), mask.length, dropThreshold(rate), 1 / (1 - rate), at(state));
    },
    normals(out, state) {
      wasm.normals(at(out), out.length, at(state));
    },
    accumulate(sum, terms) {
      wasm.accumulate(at(sum), at(terms), sum.length);
    },
    adamW(weights, gradient, firstMoment, secondMoment, step) {
      const { decay, gain1, keep2, gain2, root, epsilon, stepSize } = adamWFactors(step);
      const pointers = [at(weights), at(gradient), at(firstMoment), at(secondMoment)];
      wasm.adamW(...pointers, weights.length, decay, gain1, keep2, gain2, root, epsilon, stepSize);
    },
  };
}

const padded = (bytes: number) => Math.ceil(bytes / BLOCK) * BLOCK;

function wasmBytes(): Uint8Array<ArrayBuffer> {
  const text = atob(SIMD_WASM_BASE64);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
