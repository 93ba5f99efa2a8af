/** @file By what a process is known in the names of its temporary files and in locks, and whether it still runs. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** A process of this machine or of another that writes to the same disk. */
export interface ProcessMark {
  /** Six digits that stand for the machine's name. */
  readonly host: string;
  readonly pid: number;
  /** When it began, in the system's own unit; "0" where the system does not tell. */
  readonly began: string;
}

/** As it stands in a name: `anygiven-3f9a2c-1234-88d1`. */
const PATTERN = /anygiven-([0-9a-f]{6})-(\d+)-([0-9a-z]+)/;

let own: ProcessMark | undefined;

/** Of the process that this code runs in. */
export function ownMark(): ProcessMark {
  own ??= {
    host: createHash("sha256").update(hostname()).digest("hex").slice(0, 6),
    pid: process.pid,
    began: beginOf(process.pid) ?? "0",
  };
  return own;
}

export function markText({ host, pid, began }: ProcessMark): string {
  return `anygiven-${host}-${pid}-${began}`;
}

/** The mark in a text, or undefined if there is none. */
export function markIn(text: string): ProcessMark | undefined {
  const match = PATTERN.exec(text);
  return match ? { host: match[1], pid: Number(match[2]), began: match[3] } : undefined;
}

export function isOwn({ host, pid, began }: ProcessMark): boolean {
  const mine = ownMark();
  return host === mine.host && pid === mine.pid && began === mine.began;
}

/**
 * Whether the process still runs; undefined where that can't be told, of another machine. A number that another process
 * has by now (in a container that was started anew it is the same every time) is told by when that began.
 */
export function isRunning({ host, pid, began }: ProcessMark): boolean | undefined {
  if (host !== ownMark().host) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and is somebody else's.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const now = beginOf(pid);
  return now === undefined || began === "0" || now === began;
}

/** Linux tells when a process began, in ticks since the machine did: field 22, counted behind the name, which may hold anything. */
function beginOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return ticks === undefined ? undefined : Number(ticks).toString(36);
  } catch {
    return undefined;
  }
}
