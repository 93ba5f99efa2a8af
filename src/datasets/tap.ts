/**
 * @file Questions to a service of the Virtual Observatory's Table Access Protocol, in ADQL; its answers as VOTables.
 * @see https://www.ivoa.net/documents/TAP/20190927/ and, of jobs that run on, https://www.ivoa.net/documents/UWS/20161024/
 */
import { createWriteStream, openAsBlob } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { setTimeout as wait } from "node:timers/promises";
import { InputError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { asWriteError } from "../files/system-errors.ts";
import { networkFault } from "./download.ts";

export interface TapQuestion {
  /** The service: an address that ends before /sync and /async. */
  readonly service: string;
  readonly adql: string;
  /** Tables that go with it, as tap_upload.NAME: paths of VOTables. */
  readonly uploads?: Readonly<Record<string, string>>;
  /** How many rows at most, where the service's own limit is another. */
  readonly maxRows?: number | undefined;
}

interface Doing {
  readonly signal?: AbortSignal | undefined;
  /** Told what a job is doing, whenever that changes. */
  readonly onPhase?: (phase: string, job: string) => void;
}

/** Services by name. */
export const TAP_SERVICES: Readonly<Record<string, string>> = {
  gaia: "https://gea.esac.esa.int/tap-server/tap",
  vizier: "https://tapvizier.cds.unistra.fr/TAPVizieR/tap",
};

/** Asks, and waits in the connection: for short questions. The answer, or the service's error, is written as a VOTable. */
export async function askAtOnce(question: TapQuestion, path: string, { signal }: Doing = {}): Promise<void> {
  const response = await asked(`${question.service}/sync`, {
    method: "POST",
    body: await formOf(question),
    signal,
  });
  await saveAnswer(response, path);
}

/** Hands the question in as a job. @returns the job's address. */
export async function beginJob(question: TapQuestion, { signal }: Doing = {}): Promise<string> {
  const form = await formOf(question);
  form.set("PHASE", "RUN");
  const url = `${question.service}/async`;
  const response = await asked(url, { method: "POST", body: form, redirect: "manual", signal });
  const location = response.headers.get("location");
  if (location === null || response.status < 300 || response.status > 399) throw await refusal(url, response);
  const job = new URL(location, url).href.replace(/\/+$/, "");
  // Some services begin a job only when they are told so afterwards.
  if ((await phaseOf(job, signal)) === "PENDING")
    await asked(`${job}/phase`, {
      method: "POST",
      body: new URLSearchParams({ PHASE: "RUN" }),
      redirect: "manual",
      signal,
    });
  return job;
}

/** From often to seldom. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/**
 * Waits for a job and writes its answer as a VOTable.
 * @throws InputError with the service's own words where it failed.
 */
export async function awaitJob(job: string, path: string, { signal, onPhase }: Doing = {}): Promise<void> {
  let told = "";
  for (let pause = FIRST_WAIT_MS; ; pause = Math.min(LONGEST_WAIT_MS, 1.5 * pause)) {
    const phase = await phaseOf(job, signal);
    if (phase !== told) onPhase?.(phase, job);
    told = phase;
    if (phase === "COMPLETED") break;
    if (phase === "ERROR") throw await failure(job, path, signal);
    if (phase === "ABORTED" || phase === "ARCHIVED")
      throw new InputError(`The job ${job} is ${phase.toLowerCase()}: ask anew.`);
    await wait(pause, undefined, signal ? { signal } : {});
  }
  await saveAnswer(await asked(`${job}/results/result`, { signal }), path);
}

/** Takes a job away from the service, done or not; a service that does not let it is let be. */
export async function removeJob(job: string): Promise<void> {
  await fetch(job, { method: "DELETE", redirect: "manual" }).catch(() => undefined);
}

async function phaseOf(job: string, signal: AbortSignal | undefined): Promise<string> {
  const url = `${job}/phase`;
  const response = await asked(url, { signal });
  if (!response.ok) throw await refusal(url, response);
  return (await response.text()).trim().toUpperCase();
}

async function failure(job: string, path: string, signal: AbortSignal | undefined): Promise<InputError> {
  const response = await asked(`${job}/error`, { signal });
  const said = messageIn(await response.text());
  return new InputError(`The service could not answer (${job}): ${said}`.replace(/([^.!?])$/, "$1."), {
    cause: path,
  });
}

async function formOf({ adql, uploads = {}, maxRows }: TapQuestion): Promise<FormData | URLSearchParams> {
  const names = Object.keys(uploads);
  const fields = {
    REQUEST: "doQuery",
    LANG: "ADQL",
    FORMAT: "votable",
    QUERY: adql,
    ...(maxRows !== undefined && { MAXREC: `${maxRows}` }),
    ...(names.length > 0 && { UPLOAD: names.map((name) => `${name},param:${name}`).join(";") }),
  };
  if (names.length === 0) return new URLSearchParams(fields);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const name of names)
    form.set(name, await openAsBlob(uploads[name], { type: "application/x-votable+xml" }), `${name}.vot`);
  return form;
}

async function asked(
  url: string,
  { signal, ...how }: Omit<RequestInit, "signal"> & { readonly signal: AbortSignal | undefined },
): Promise<Response> {
  const headers = { "user-agent": `anygiven/${VERSION}` };
  return await fetch(url, { headers, ...how, ...(signal && { signal }) }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new InputError(
      `${url} can't be reached (${networkFault(error)}): check the address and the network, and try again.`,
      { cause: error },
    );
  });
}

/** An error comes as a VOTable, too, whose reader tells it: with any status. */
async function saveAnswer(response: Response, path: string): Promise<void> {
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok && !/xml|votable/i.test(type)) throw await refusal(response.url, response);
  if (!response.body) throw await refusal(response.url, response);
  try {
    await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(path));
  } catch (error) {
    if (error instanceof TypeError)
      throw new InputError(`${response.url} broke off before its end (${networkFault(error)}): ask again.`);
    throw asWriteError(path, error);
  }
}

async function refusal(url: string, response: Response): Promise<InputError> {
  const text = await response.text().catch(() => "");
  const answer = `${response.status} ${response.statusText}`.trim();
  return new InputError(
    `${url} answered ${answer} instead of a table: ${messageIn(text)}`.replace(/([^.!?])$/, "$1."),
  );
}

/** What a page or a VOTable says, in one line. */
function messageIn(text: string): string {
  const [, said] = /<INFO[^>]*QUERY_STATUS[^>]*>([\s\S]*?)<\/INFO>/i.exec(text) ?? [];
  const plain = (said ?? text)
    .replace(/<!\[CDATA\[|\]\]>/g, "")
    .replace(/<(style|script)[\s\S]*?<\/\1>/gi, " ")
    .replace(/<[^>]+>/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ")
    .trim();
  return plain === "" ? "it says no more" : plain.slice(0, 400);
}
