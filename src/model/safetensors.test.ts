import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.ts";

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

/** A file with any header text, sound or not. */
function fileWith(header: string, data: Uint8Array = new Uint8Array(), claimed = header.length): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(claimed), true);
  return joined([length, new TextEncoder().encode(header), data]);
}

/*
 * Written by Python's safetensors 0.8.0 with numpy 2.4.6:
 *   save({"b": np.array([[1.5, -2], [0.25, 3]], np.float32), "n": np.array([-5, 2**40], np.int64),
 *         "flag": np.array([1, 0, 255], np.uint8)}, metadata={"made by": "python"}).hex()
 */
const fromPython =
  "d0000000000000007b225f5f6d657461646174615f5f223a7b226d616465206279223a22707974686f6e227d2c226e223a7b" +
  "226474797065223a22493634222c227368617065223a5b325d2c22646174615f6f666673657473223a5b302c31365d7d2c22" +
  "62223a7b226474797065223a22463332222c227368617065223a5b322c325d2c22646174615f6f666673657473223a5b3136" +
  "2c33325d7d2c22666c6167223a7b226474797065223a225538222c227368617065223a5b335d2c22646174615f6f66667365" +
  "7473223a5b33322c33355d7d7d202020fbffffffffffffff00000000000100000000c03f000000c00000803e000040400100ff";

const pythonContent = new Map<string, Tensor>([
  ["n", { dtype: "I64", shape: [2], data: BigInt64Array.of(-5n, 2n ** 40n) }],
  ["b", { dtype: "F32", shape: [2, 2], data: Float32Array.of(1.5, -2, 0.25, 3) }],
  ["flag", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 0, 255) }],
]);

describe("a safetensors file", () => {
  test("written by the Python package is read", () => {
    const content = decodeSafetensors(new Uint8Array(Buffer.from(fromPython, "hex")), "python.safetensors");
    expect(content.tensors).toEqual(pythonContent);
    expect([...content.tensors.keys()]).toEqual(["n", "b", "flag"]);
    expect(content.metadata).toEqual({ "made by": "python" });
  });

  test("is byte for byte what the Python package writes", () => {
    const bytes = joined(encodeSafetensors(pythonContent, { "made by": "python" }));
    expect(Buffer.from(bytes).toString("hex")).toBe(fromPython);
  });

  test("gives back any arrays under any names", () => {
    const tensor: fc.Arbitrary<Tensor> = fc.oneof(
      fc.float32Array().map((data) => ({ dtype: "F32" as const, shape: [data.length], data })),
      fc.float64Array().map((data) => ({ dtype: "F64" as const, shape: [1, data.length], data })),
      fc.uint8Array().map((data) => ({ dtype: "U8" as const, shape: [data.length, 1], data })),
      fc.bigInt64Array().map((data) => ({ dtype: "I64" as const, shape: [data.length], data })),
      fc.integer().map((n) => ({ dtype: "I32" as const, shape: [], data: Int32Array.of(n) })),
    );
    const name = fc.oneof(
      fc.string({ unit: "grapheme" }).filter((text) => text !== "__metadata__"),
      fc.constantFrom("10", "2", "__proto__", 'a"b:', "\\", "{"),
    );
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key }), (entries) => {
        const content = decodeSafetensors(joined(encodeSafetensors(new Map(entries), { k: "v" })), "x");
        expect(new Map(content.tensors)).toEqual(new Map(entries));
        expect(content.metadata).toEqual({ k: "v" });
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("is written and read without copying the arrays, its data aligned to 8 bytes", () => {
    const data = Float32Array.of(1, 2, 3);
    const pieces = encodeSafetensors(new Map([["w", { dtype: "F32", shape: [3], data }]]));
    expect(pieces[1].buffer).toBe(data.buffer);
    expect(pieces[0].length % 8).toBe(0);
    const bytes = joined(pieces);
    const { tensors } = decodeSafetensors(bytes, "x");
    expect(tensors.get("w")!.data.buffer).toBe(bytes.buffer);
  });

  test("is read from any place in memory, aligned or not", () => {
    const bytes = joined(encodeSafetensors(pythonContent));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeSafetensors(shifted.subarray(3), "x").tensors).toEqual(pythonContent);
  });

  test("refuses to be written with a length that contradicts the shape, or a reserved name", () => {
    const tensor: Tensor = { dtype: "F32", shape: [2], data: new Float32Array(3) };
    expect(() => encodeSafetensors(new Map([["w", tensor]]))).toThrow(RangeError);
    expect(() => encodeSafetensors(new Map([["__metadata__", { ...tensor, shape: [3] }]]))).toThrow(
      RangeError,
    );
  });
});

describe("a damaged safetensors file is refused, with its name and the fault:", () => {
  const one = (more = "") => `{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}${more}}`;
  const eight = new Uint8Array(8);
  const whole = joined(encodeSafetensors(pythonContent));
  const cases: [string, Uint8Array, RegExp][] = [
    ["empty", new Uint8Array(), /has 0 bytes/],
    ["cut in the header", whole.subarray(0, 30), /cut short inside its header/],
    ["cut in the data", whole.subarray(0, -1), /"flag" ends after the file does/],
    ["bytes too many", joined([whole, eight]), /8 bytes at its end belong to no tensor/],
    ["a header beyond the format's limit", fileWith("{}", eight, 100_000_001), /the format allows/],
    ["no JSON", fileWith("{nonsense}"), /not JSON text/],
    ["no UTF-8", joined([fileWith("", undefined, 2), Uint8Array.of(0xff, 0xff)]), /not JSON text/],
    ["no object", fileWith("[1]"), /not a JSON object/],
    ["no description", fileWith('{"w":3}'), /"w" has no description/],
    ["unknown type", fileWith(one().replace("F32", "F12"), eight), /unknown element type "F12"/],
    ["negative shape", fileWith(one().replace("[2]", "[-2]"), eight), /"w" has the shape \[-2\]/],
    ["wrong size", fileWith(one().replace("[2]", "[3]"), eight), /F32 of shape \[3\] needs 12/],
    ["huge size", fileWith(one().replace("[2]", "[9007199254740991,9]"), eight), /needs/],
    ["backward offsets", fileWith(one().replace("[0,8]", "[8,0]"), eight), /offsets \[8,0\]/],
    ["out of range", fileWith(one(), eight.subarray(1)), /ends after the file/],
    ["a name twice", fileWith(one(`,${one().slice(1, -1)}`), eight), /"w" is there twice/],
    ["overlap", fileWith(one(',"v":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}'), eight), /"v" overlaps/],
    [
      "gap",
      fileWith(one(',"v":{"dtype":"U8","shape":[1],"data_offsets":[9,10]}'), new Uint8Array(10)),
      /gap before tensor "v"/,
    ],
    ["metadata that is no text", fileWith(one(',"__metadata__":{"k":1}'), eight), /"k" in its/],
  ];

  test.each(cases)("%s", (_name, bytes, fault) => {
    let error: unknown;
    try {
      decodeSafetensors(bytes, "models/a.safetensors");
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(InputError);
    const { message } = error as InputError;
    expect(message).toMatch(fault);
    expect(message).toMatch(/^models\/a\.safetensors .*; restore it from a backup or resume/);
  });
});
