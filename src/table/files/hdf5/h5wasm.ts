/**
 * @file The library h5wasm, loaded: 4 MB of JavaScript and WebAssembly. The text of the worker threads cannot import it by name;
 * scripts/build-worker.mjs puts into it, in place of this file, what finds the package where this one is installed.
 */
export const importH5wasm = () => import("h5wasm/node");
