import { expect, test } from "vitest";
import { InputError } from "../../base/errors.ts";
import { checkPrecision, fastestDevice, lineOf, trialOf, tryDevices } from "./devices.ts";

test("the processor starts; a device that does not says what it lacks; auto takes one that starts", async () => {
  const reports = await tryDevices();
  expect(reports.map(({ device }) => device)).toEqual(["cpu", "cuda", "webgpu"]);
  const [cpu] = reports;
  if (!cpu?.starts) throw new Error("the processor does not start");
  // ONNX Runtime's processor kernels take float16 and compute in float32: that is not having it.
  expect(cpu.precisions).toEqual(["float32"]);
  expect(cpu.gigaflops).toBeGreaterThan(0.5);
  for (const report of reports) {
    if (!report.starts)
      expect(report.missing, report.device).toMatch(/missing|not installed|no graphics|only|has no/);
  }
  const { device, why } = await fastestDevice();
  expect(reports.find((report) => report.device === device)?.starts).toBe(true);
  expect(why).toContain(`Computing on ${device}: `);
  for (const report of reports) expect(why).toContain(`${report.device}: `);
});

test("a provider that ONNX Runtime does not know is no device, whatever it could fall back to", async () => {
  expect(await trialOf("toaster")).toEqual({ complaint: expect.stringContaining("backend not found") });
});

test("a precision that the device only pretends to have is refused by name", async () => {
  await checkPrecision("cpu", "float32");
  const refused = checkPrecision("cpu", "float16");
  await expect(refused).rejects.toThrow(InputError);
  await expect(refused).rejects.toThrow(
    /^The device "cpu" has no float16 here, only float32: leave `precision` out/,
  );
});

test("a line of a report", () => {
  expect(
    lineOf({ device: "webgpu", starts: true, gigaflops: 812.4, precisions: ["float32", "float16"] }),
  ).toBe("webgpu: 810 gigaflops, float32, float16");
  expect(lineOf({ device: "cuda", starts: false, missing: "x is missing" })).toBe("cuda: x is missing");
});
