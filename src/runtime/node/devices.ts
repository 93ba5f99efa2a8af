/** @file Which devices start on this machine, what the others lack, and which is the fastest. */
import { execFile } from "node:child_process";
import { InputError } from "../../base/errors.ts";
import { DEVICES, type Device, type TrainingPrecision } from "../device-names.ts";
import type { Trial } from "./device-probe.ts";
import { missingOf } from "./missing.ts";
import { workerProgram } from "./worker-thread.ts";

/** A device that was tried. */
export type DeviceReport =
  | ({ readonly device: Device; readonly starts: true } & Trial)
  | {
      readonly device: Device;
      readonly starts: false;
      /** What is missing and how to mend it, in a sentence without its full stop. */
      readonly missing: string;
    };

/** Starts a small program on the device, in a process of its own, and looks at who did the work and how fast. */
export async function tryDevice(device: Device, environment = process.env): Promise<DeviceReport> {
  const said = await trialOf(device, environment);
  if ("trial" in said) return { device, starts: true, ...said.trial };
  return { device, starts: false, missing: missingOf(device, said.complaint) };
}

/** All devices, one after the other, so that none slows the measurement of another. */
export async function tryDevices(): Promise<DeviceReport[]> {
  const reports: DeviceReport[] = [];
  for (const device of DEVICES) reports.push(await tryDevice(device));
  return reports;
}

/**
 * The fastest device that starts: measured, because a software adapter of WebGPU starts too.
 * @returns it, and a sentence for the user that says why.
 */
export async function fastestDevice(): Promise<{ readonly device: Device; readonly why: string }> {
  const reports = await tryDevices();
  const starting = reports.flatMap((report) => (report.starts ? [report] : []));
  const [best, ...slower] = starting.toSorted((a, b) => b.gigaflops - a.gigaflops);
  if (!best) throw new Error(`no device starts here: ${reports.map(lineOf).join("; ")}`);
  const others = [...slower, ...reports.filter(({ starts }) => !starts)];
  return { device: best.device, why: `Computing on ${lineOf(best)} (${others.map(lineOf).join("; ")}).` };
}

/** @throws InputError if the device does not compute in the precision, found by trying. */
export async function checkPrecision(device: Device, precision: TrainingPrecision): Promise<void> {
  if (precision === "float32") return;
  const report = await tryDevice(device);
  if (!report.starts) throw unusable(device, report.missing);
  if (report.precisions.includes(precision)) return;
  throw new InputError(
    `The device "${device}" has no ${precision} here, only ${report.precisions.join(" and ")}: leave \`precision\` out, ` +
      "or use a device that has it (anygiven info --system shows them).",
  );
}

export function unusable(device: Device, reason: string): InputError {
  return new InputError(`The device "${device}" can't be used here: ${reason}. Or use \`device\` cpu.`);
}

/** "webgpu: 810 gigaflops, float32, float16", or what is missing. */
export function lineOf(report: DeviceReport): string {
  return `${report.device}: ${
    report.starts
      ? `${Number(report.gigaflops.toPrecision(2))} gigaflops, ${report.precisions.join(", ")}`
      : report.missing
  }`;
}

/** Longer than any driver takes to start. */
const PATIENCE_MS = 60_000;

/** What the process that tries a device says; drivers and their loaders read its environment when it starts. */
export function trialOf(
  device: string,
  environment = process.env,
): Promise<{ trial: Trial } | { complaint: string }> {
  return new Promise((resolve) => {
    const options = { timeout: PATIENCE_MS, env: environment };
    const child = execFile(process.execPath, ["-", device], options, (error, stdout, stderr) => {
      if (!error) resolve({ trial: JSON.parse(stdout.trim().split("\n").at(-1)!) });
      else if (error.killed) resolve({ complaint: `no answer in ${PATIENCE_MS / 1000} seconds` });
      else if (error.signal) resolve({ complaint: `${stderr}\nits driver crashed (${error.signal})` });
      else resolve({ complaint: stderr });
    });
    child.stdin?.end(workerProgram());
  });
}
