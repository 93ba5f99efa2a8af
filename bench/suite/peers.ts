/** @file The PyTorch peers that are installed: `bench/peers/README.md`. */
import { existsSync } from "node:fs";
import { inBench, type Measured, measurePython, numberOf } from "./children.ts";

export interface Peer {
  /** "PyTorch 2.15". */
  readonly name: string;
  readonly python: string;
  /** Version, threads and BLAS, for the table's head. */
  readonly description: string;
  /** Whether targets are held against it: the newest one. */
  readonly isJudge: boolean;
}

const PYTHONS = [
  { python: inBench("peers/venv/bin/python"), isJudge: true },
  { python: "/usr/bin/python3", isJudge: false },
];

/** The peers there are, the newest first; each is asked for its version, threads and BLAS. */
export async function installedPeers(threads: number): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const { python, isJudge } of PYTHONS) {
    if (!existsSync(python)) continue;
    const about = await measurePython(python, "describe.py", ["--threads", String(threads)]);
    if (about.torch === null) continue;
    const version = String(about.torch);
    const name = `PyTorch ${version.split(".").slice(0, 2).join(".")}`;
    const description = `PyTorch ${version}, ${numberOf(about, "threads")} threads, ${String(about.blas)}, eager, AdamW not fused`;
    peers.push({ name, python, description, isJudge });
  }
  return peers;
}

/** Runs one of the peers' scripts. */
export function measurePeer(
  { python }: Peer,
  script: string,
  args: readonly (string | number)[],
): Promise<Measured> {
  return measurePython(python, script, args.map(String));
}
