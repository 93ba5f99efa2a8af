/** @file Compiles src/runtime/kernels/assembly/kernels.ts to WebAssembly and embeds the bytes in a module. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const folder = fileURLToPath(new URL("../src/runtime/kernels/", import.meta.url));
const options = [
  "--enable",
  "simd",
  "--runtime",
  "stub",
  "--importMemory",
  "--noAssert",
  "-O3",
  "--outFile",
  "out",
];
const wasm = [];
const { error, stderr } = await asc.main([`${folder}assembly/kernels.ts`, ...options], {
  writeFile: (name, contents) => (name === "out" ? wasm.push(contents) : undefined),
});
if (error) {
  process.stderr.write(stderr.toString());
  process.exit(1);
}
mkdirSync(`${folder}generated`, { recursive: true });
writeFileSync(
  `${folder}generated/simd-wasm.ts`,
  `/** @file Made by scripts/build-kernels.mjs: the kernels of assembly/kernels.ts, compiled. */\n` +
    `export const SIMD_WASM_BASE64 =\n  "${Buffer.from(wasm[0]).toString("base64")}";\n`,
);
