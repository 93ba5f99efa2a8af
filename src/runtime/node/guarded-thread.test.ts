/** @file Files made to take for ever, or all memory: reading them is ended, by its limits and by whoever waits. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isShared, NEEDS_SHARED, sharedPath } from "../../../test/reference.ts";
import { InputError } from "../../base/errors.ts";
import { readTorchFileGuarded } from "../../import/pytorch/torch-file.ts";
import { opcodes, torchArchive } from "../../import/pytorch/torch-fixture.ts";
import { readTable } from "../../table/files/read.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-guard-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(pickle: string): string {
  const path = join(folder, "model.pt");
  writeFileSync(path, torchArchive(pickle));
  return path;
}

const { protocol, text, global, int, stop } = opcodes;
const byte = (value: number) => String.fromCharCode(value);
/** Lists of a list twice over: 60 of them are 2^60 items to whoever writes them out, here as a module's name. */
const doubled = Array.from({ length: 60 }, (_, i) => `]h${byte(i)}ah${byte(i)}aq${byte(i + 1)}0`).join("");
const endless = `${protocol}]${text("x")}aq\x000${doubled}h${byte(60)}${text("x")}\x93${stop}`;
const greedy = `${protocol}](${"]".repeat(40_000_000)}e${stop}`;
const refused = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => new Error("it was read"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message;
};

describe("reading what was made to harm", () => {
  test("ends after a time, which is told", async () => {
    expect(await refused(readTorchFileGuarded(file(endless), { maxSeconds: 2 }))).toMatch(
      /^Cannot read .*model\.pt: (a step of it took longer than 3 seconds|it takes more than 2,048 MiB).*allow more with `max/,
    );
  });

  test("ends at a size of memory, which is told", async () => {
    expect(
      await refused(readTorchFileGuarded(file(greedy), { maxMemory: 100 * 2 ** 20, maxSeconds: 300 })),
    ).toMatch(/^Cannot read .*model\.pt: it takes more than 100 MiB of memory.*allow more with `maxMemory`/);
  });

  test("ends at once when it is told to", async () => {
    const controller = new AbortController();
    const reading = readTorchFileGuarded(file(endless), { signal: controller.signal, maxSeconds: 300 });
    setTimeout(() => controller.abort(new Error("enough")), 500);
    await expect(reading).rejects.toThrow("enough");
  });

  test.runIf(isShared("cases-hostile/hang-280.h5"))(
    `ends in a library that goes round in circles ${NEEDS_SHARED}`,
    async () => {
      const path = sharedPath("cases-hostile/hang-280.h5");
      expect(await refused(readTable(path, { maxSeconds: 3 }))).toMatch(/took longer than 3 seconds/);
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error("enough")), 2000);
      await expect(readTable(path, { signal: controller.signal, maxSeconds: 300 })).rejects.toThrow("enough");
    },
  );
});

describe("is refused at once:", () => {
  const lengths: [string, string][] = [
    ["a length below 0, which leads back", `B\xfb\xff\xff\xff`],
    ["the same after a pop", `0B\xfa\xff\xff\xff`],
    ["one beyond the end", `X\xff\xff\xff\x7fabc`],
    ["one of 64 bits beyond all", `\x8e${"\xff".repeat(8)}`],
    ["a text of 64 bits", `\x8d${"\xff".repeat(7)}\x7f`],
    ["an array of bytes", `\x96${"\0".repeat(6)}\x40\0`],
    ["a whole number of a million digits", `\x8b\x40\x42\x0f\0${"\xff".repeat(1_000_000)}`],
    ["the same in digits", `L${"9".repeat(100_000)}L\n`],
    ["a line without an end", "Vabc"],
  ];
  test.each(lengths)("%s", async (_, part) => {
    expect(await refused(readTorchFileGuarded(file(protocol + part + stop), {}))).toMatch(
      /model\.pt is damaged: its data\.pkl is unreadable \(a part of it at byte \d+ (is too long|reaches beyond its end)\)/,
    );
  });

  test("a list copied thousands of times over", async () => {
    const pairs = `(${`${int(1)}${int(2)}\x86`.repeat(50_000)}lq\x00`;
    const copies = `${global("collections", "Counter")}(h\x00tR`.repeat(2000);
    expect(await refused(readTorchFileGuarded(file(`${protocol}${pairs}0](${copies}e${stop}`), {}))).toMatch(
      /it copies its lists more often|took longer|of memory/,
    );
  });

  test("a shape of a hundred thousand dimensions", async () => {
    const shape = `(${"K\x01".repeat(100_000)}tq\x00`;
    const storage = `(${text("storage")}${global("torch", "FloatStorage")}${text("0")}${text("cpu")}${int(1)}tQ`;
    const tensor = `${global("torch._utils", "_rebuild_tensor_v2")}(${storage}K\x00h\x00h\x00\x89NtR`;
    expect(await refused(readTorchFileGuarded(file(`${protocol}${shape}0${tensor}${stop}`), {}))).toMatch(
      /a tensor in it is described wrongly/,
    );
  });
});
