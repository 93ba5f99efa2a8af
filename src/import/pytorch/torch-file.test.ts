import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.ts";
import { readTorchFile, type TorchValue } from "./torch-file.ts";
import {
  FixtureTensor,
  type FixtureValue,
  floatTensorOf,
  OrderedDictionary,
  opcodes,
  storageId,
  torchArchive,
  torchFile,
} from "./torch-fixture.ts";
import type { TorchTensor } from "./torch-tensor.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-torch-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "model.pt");

function read(bytes: Uint8Array): Promise<TorchValue> {
  writeFileSync(path, bytes);
  return readTorchFile(path);
}

async function refusalOf(bytes: Uint8Array): Promise<string> {
  try {
    await read(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { message } = error as InputError;
    expect(message).toContain(path);
    return message;
  }
  throw new Error("the file should have been refused");
}

async function tensorOf(tensor: FixtureTensor): Promise<TorchTensor> {
  return (await read(torchFile(tensor))) as TorchTensor;
}

const { protocol, global, text, int, tuple, list, dictionary, call, stop } = opcodes;
const tensorCall = (storage: string, shape: string, stride: string) =>
  call(global("torch._utils", "_rebuild_tensor_v2"), storage, int(0), shape, stride, "\x89", "}");

describe("a torch.save file", () => {
  test("gives back dictionaries, lists, numbers and texts", async () => {
    const value: FixtureValue = new Map<FixtureValue, FixtureValue>([
      ["epoch", 512],
      ["rate", 0.005],
      ["nothing", null],
      ["flags", [true, false, -3, "grüße"]],
      [7, new OrderedDictionary([["a", [new Map([["deep", { float: 2 }]])]]])],
    ]);
    expect(await read(torchFile(value))).toEqual(
      new Map<unknown, unknown>([
        ["epoch", 512],
        ["rate", 0.005],
        ["nothing", null],
        ["flags", [true, false, -3, "grüße"]],
        [7, new Map([["a", [new Map([["deep", 2]])]]])],
      ]),
    );
  });

  test.each([0, 6] as const)("gives back tensors, stored or deflated (level %d)", async (level) => {
    const value = new OrderedDictionary([
      ["scalar", floatTensorOf([], [3.5])],
      ["matrix", floatTensorOf([2, 3], [1, 2, 3, 4, 5, 6])],
      ["empty", floatTensorOf([0, 4], [])],
    ]);
    expect(await read(torchFile(value, level))).toEqual(
      new Map([
        ["scalar", { kind: "tensor", storage: "FloatStorage", shape: [], data: Float32Array.of(3.5) }],
        [
          "matrix",
          {
            kind: "tensor",
            storage: "FloatStorage",
            shape: [2, 3],
            data: Float32Array.of(1, 2, 3, 4, 5, 6),
          },
        ],
        ["empty", { kind: "tensor", storage: "FloatStorage", shape: [0, 4], data: new Float32Array() }],
      ]),
    );
  });

  test("a transposed or sliced tensor arrives in row-major order", async () => {
    const storage = { name: "FloatStorage" as const, data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7) };
    const transposed = await tensorOf(new FixtureTensor([3, 2], storage, 1, [1, 3]));
    expect([...transposed.data]).toEqual([1, 4, 2, 5, 3, 6]);
    const everySecond = await tensorOf(new FixtureTensor([2, 2], storage, 0, [4, 2]));
    expect([...everySecond.data]).toEqual([0, 2, 4, 6]);
    const permuted = await tensorOf(new FixtureTensor([2, 2, 2], storage, 0, [1, 4, 2]));
    expect([...permuted.data]).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
  });

  test("tensors that share a storage share it here, each at its place", async () => {
    const storage = { name: "FloatStorage" as const, data: Float32Array.of(0, 1, 2, 3) };
    const value = [new FixtureTensor([2], storage, 1), new FixtureTensor([4], storage)];
    const [part, all] = (await read(torchFile(value))) as TorchTensor[];
    expect([...part.data]).toEqual([1, 2]);
    expect(part.data.buffer).toBe(all.data.buffer);
  });

  test("every kind of storage holds its numbers", async () => {
    const cases: [FixtureTensor["storage"], unknown[]][] = [
      [{ name: "DoubleStorage", data: Float64Array.of(Math.PI, -1e300) }, [Math.PI, -1e300]],
      [{ name: "LongStorage", data: BigInt64Array.of(-(2n ** 60n)) }, [-(2n ** 60n)]],
      [{ name: "IntStorage", data: Int32Array.of(-70000) }, [-70000]],
      [{ name: "ShortStorage", data: Int16Array.of(-300) }, [-300]],
      [{ name: "CharStorage", data: Int8Array.of(-3) }, [-3]],
      [{ name: "ByteStorage", data: Uint8Array.of(200) }, [200]],
      [{ name: "BoolStorage", data: Uint8Array.of(1, 0) }, [1, 0]],
      // numpy.array([1, -2.5, 65504, 6e-8, inf, -0], float16).view(uint16), and 1/3
      [
        {
          name: "HalfStorage",
          data: Uint16Array.of(0x3c00, 0xc100, 0x7bff, 0x0001, 0x7c00, 0x8000, 0x3555, 0x7e00),
        },
        [1, -2.5, 65504, 2 ** -24, Number.POSITIVE_INFINITY, -0, 0.333251953125, Number.NaN],
      ],
      // The upper halves of the float32 1, -2.5, 3.140625 and -inf
      [
        { name: "BFloat16Storage", data: Uint16Array.of(0x3f80, 0xc020, 0x4049, 0xff80) },
        [1, -2.5, 3.140625, Number.NEGATIVE_INFINITY],
      ],
    ];
    for (const [storage, numbers] of cases) {
      const tensor = await tensorOf(new FixtureTensor([storage.data.length], storage));
      expect(tensor.storage).toBe(storage.name);
      expect([...tensor.data]).toEqual(numbers);
    }
  });

  test("a parameter is its tensor, a torch.Size its lengths", async () => {
    const tensor = tensorCall(storageId("FloatStorage", 0, 2), tuple(int(2)), tuple(int(1)));
    const parameter = call(global("torch._utils", "_rebuild_parameter"), tensor, "\x88", "}");
    const size = call(global("torch", "Size"), tuple(int(4), int(5)));
    const pickle = protocol + list(parameter, size) + stop;
    const storage = { name: "FloatStorage" as const, data: Float32Array.of(8, 9) };
    const [first, second] = (await read(torchArchive(pickle, [storage]))) as [TorchTensor, TorchValue];
    expect([...first.data]).toEqual([8, 9]);
    expect(second).toEqual([4, 5]);
  });
});

describe("a torch.save file with more than data in it is refused by name:", () => {
  const command = text("touch /tmp/anygiven-was-here");
  const parameter = global("torch._utils", "_rebuild_parameter");
  const hostile: [string, string, string][] = [
    ["called by REDUCE", call(global("os", "system"), command), "os.system"],
    ["only named, not called", global("os", "system"), "os.system"],
    ["a builtin", call(global("builtins", "eval"), text("1")), "builtins.eval"],
    ["an argument of a parameter", call(parameter, call(global("os", "system"), command)), "os.system"],
    ["a parameter's hooks", call(parameter, "N", "\x88", global("os", "popen")), "os.popen"],
    ["STACK_GLOBAL", `${text("posix")}${text("system")}\x93(${command}tR`, "posix.system"],
    ["STACK_GLOBAL of no texts", `N]\x93`, "null."],
    ["INST", `(${command}ios\nsystem\n`, "os.system"],
    ["OBJ", `(${global("subprocess", "Popen")}${command}o`, "subprocess.Popen"],
    ["NEWOBJ", `${global("subprocess", "Popen")}${tuple(command)}\x81`, "subprocess.Popen"],
    ["NEWOBJ_EX", `${global("subprocess", "Popen")}${tuple(command)}}\x92`, "subprocess.Popen"],
    ["BUILD", `${call(global("collections", "OrderedDict"))}${global("os", "_Environ")}b`, "os._Environ"],
    ["a storage's type", `${tuple(text("storage"), global("os", "system"))}Q`, "os.system"],
    ["an attribute path", global("torch._utils", "_rebuild_tensor_v2.__globals__"), "__globals__"],
    ["an allowed name, split elsewhere", global("torch", "_utils._rebuild_tensor_v2"), "torch._utils._rebu"],
    ["names that JavaScript has", global("constructor", "constructor"), "constructor.constructor"],
    ["__proto__", global("__proto__", "__proto__"), "__proto__.__proto__"],
    ["an extension", "\x82\x01", "extension 1"],
    ["bytes", `C\x02ab`, "Uint8Array"],
    ["a storage by itself", storageId("FloatStorage", 0, 1), "Object"],
    ["a type", global("torch", "FloatStorage"), "the function"],
  ];
  const storage = { name: "FloatStorage" as const, data: Float32Array.of(1) };

  test.each(hostile)("%s", async (_way, part, name) => {
    const message = await refusalOf(torchArchive(protocol + list(int(1), part) + stop, [storage]));
    expect(message).toContain(`${path} holds "`);
    expect(message).toContain(name);
    expect(message).toContain("which is not data: refused, and nothing of it was run;");
  });

  test("the name is refused where it stands: nothing after it is read", async () => {
    const message = await refusalOf(torchArchive(`${protocol}${global("os", "system")}\xff\xff\xff`));
    expect(message).toContain('"os.system"');
  });
});

describe("a pickle that forges the reader's own objects gets no further:", () => {
  const storage = { name: "FloatStorage" as const, data: Float32Array.of(1, 2) };
  const build = (object: string, ...state: string[]) => `${object}${dictionary(...state)}b`;
  const size = global("torch", "Size"); // answers any argument, so also any question
  const sound = storageId("FloatStorage", 0, 2);
  const two = tuple(int(2));
  const one = tuple(int(1));
  const forged: [string, string][] = [
    [
      "a shape that says of itself that it is sound",
      tensorCall(sound, build(tuple("N"), text("every"), size), one),
    ],
    [
      "a storage larger than it is, by prototype",
      tensorCall(build(")", text("elements"), int(999), text("__proto__"), sound), tuple(int(9)), one),
    ],
    [
      "a tensor outside its storage, by prototype",
      build(")", text("offset"), int(999), text("__proto__"), tensorCall(sound, two, one)),
    ],
    ["a changed storage", build(sound, text("elements"), int(999))],
    ["a changed tensor", build(tensorCall(sound, two, one), text("offset"), int(999))],
    ["a changed type", build(global("torch", "FloatStorage"), text("apply"), int(1))],
    ["a called type", call(global("torch", "FloatStorage"), int(1))],
    ["a dictionary with members of its own", `(${text("x")}${int(3)}d`],
    ["a dictionary with another prototype", `(${text("__proto__")}}d`],
    ["a number called", `${int(1)})R`],
  ];

  test.each(forged)("%s", async (_what, part) => {
    try {
      const value = (await read(torchArchive(protocol + list(part) + stop, [storage]))) as TorchValue[];
      // Only as an ordinary list, copied, without the forged members, may it come through.
      expect(value).toEqual([[]]);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
    }
    expect(await read(torchFile(["still", "sound"]))).toEqual(["still", "sound"]);
    expect("elements" in {}).toBe(false);
  });

  test.each([
    ["reaching beyond its end", tuple(int(3)), one],
    ["reaching beyond its end by stride", two, tuple(int(2))],
    [
      "of a thousand million million numbers by stride 0",
      tuple(int(2 ** 30), int(2 ** 20)),
      tuple(int(0), int(0)),
    ],
  ])("a tensor %s of its storage is refused", async (_what, shape, stride) => {
    const pickle = protocol + tensorCall(sound, shape, stride) + stop;
    expect(await refusalOf(torchArchive(pickle, [storage]))).toMatch(/reaches beyond its storage 0/);
  });

  test("a storage that is missing, of another size, or described in two ways is told", async () => {
    const claiming = (elements: number) =>
      protocol + tensorCall(storageId("FloatStorage", 0, elements), two, one) + stop;
    expect(await refusalOf(torchArchive(claiming(2)))).toMatch(/tensor storage 0 is missing/);
    expect(await refusalOf(torchArchive(claiming(3), [storage]))).toMatch(/storage 0 has 8 bytes, not 12/);
    const twice = list(sound, storageId("FloatStorage", 0, 1));
    expect(await refusalOf(torchArchive(protocol + twice + stop, [storage]))).toMatch(/in two ways/);
  });

  test("lists nested without end are refused", async () => {
    const deep = "]".repeat(100_000) + "a".repeat(99_999);
    expect(await refusalOf(torchArchive(protocol + deep + stop))).toMatch(/nested/);
  });
});

describe("a file that torch.save did not write, or that is damaged, is told", () => {
  const whole = torchFile(new OrderedDictionary([["w", floatTensorOf([4], [1, 2, 3, 4])]]));

  test("cut short anywhere", async () => {
    for (let length = 0; length < whole.length; length += 7) {
      expect(await refusalOf(whole.subarray(0, length))).toMatch(/cut short|is empty|is no ZIP archive/);
    }
    expect(await refusalOf(whole.subarray(0, -1))).toMatch(/cut short/);
  });

  test("any one bit flipped: an InputError or an unharmed answer, never another error or other numbers", async () => {
    const sound = await read(whole);
    let refused = 0;
    for (let at = 0; at < whole.length; at++) {
      const flipped = whole.slice();
      flipped[at] ^= 1 << (at % 8);
      try {
        expect(await read(flipped)).toEqual(sound);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(whole.length / 4);
  });

  test("the format of before PyTorch 1.6", async () => {
    // torch.save(..., _use_new_zipfile_serialization=False) starts with this: pickle.dumps(0x1950a86a20f9469cfc6c, 2)
    const legacy = Buffer.from("80028a0a6cfc9c46f9206aa850192e80024de903", "hex");
    expect(await refusalOf(legacy)).toMatch(/before PyTorch 1\.6/);
  });

  test("big-endian numbers", async () => {
    const pickle = `${protocol}N${stop}`;
    expect(await refusalOf(torchArchive(pickle, [], 0, "big"))).toMatch(/byte order "big"/);
  });

  test("no ZIP archive, a ZIP archive of something else, a folder, nothing", async () => {
    expect(await refusalOf(new TextEncoder().encode("just some text, no model"))).toMatch(/is no ZIP/);
    expect(await refusalOf(whole.map((byte) => (byte === 0x64 ? 0x65 : byte)))).toMatch(
      /no data\.pkl|damaged/,
    );
    await expect(readTorchFile(folder)).rejects.toThrow(InputError);
    await expect(readTorchFile(join(folder, "none.pt"))).rejects.toThrow(
      /Cannot read .*none\.pt: there is no such file/,
    );
  });
});
