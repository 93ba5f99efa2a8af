/** @file Starting the server: models loaded, a port taken, TLS; and ending it, when all that was asked is answered. */

import { readFile } from "node:fs/promises";
import { createServer as createPlainServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { asReadError, systemErrorCode } from "../files/system-errors.ts";
import type { ModelOptions } from "../model/model.ts";
import { Access, checkAccess } from "./access.ts";
import { Admission } from "./admission.ts";
import { application, type LogLine } from "./application.ts";
import { limitsOf, type ServerLimits } from "./limits.ts";
import { Metrics } from "./metrics.ts";
import { ModelShelf } from "./model-shelf.ts";

/** How models are served. */
export interface ServeOptions {
  /** Default 8000; 0: any that is free. */
  readonly port?: number;
  /** Default "127.0.0.1": this machine alone. */
  readonly host?: string;
  /** What requests must have as `Authorization: Bearer TOKEN`; wanted on any host that others reach. */
  readonly token?: string;
  /** Whether a server that others reach may be without a token. */
  readonly noToken?: boolean;
  /** Paths of the certificate (with its chain) and its key, in PEM: the server then speaks HTTPS alone. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The origin whose pages may ask, such as "https://example.org"; default none. */
  readonly cors?: string;
  readonly limits?: Partial<ServerLimits>;
  /** Where the models compute; see `ModelOptions`. */
  readonly device?: ModelOptions["device"];
  /** A category that training has not seen; see `ModelOptions`. */
  readonly unseen?: ModelOptions["unseen"];
  /** Whether the models' files are compared with their checksums; see `ModelOptions`. */
  readonly verify?: ModelOptions["verify"];
  /** Called with a line of the log for each request, and for what happens besides; default: JSON on standard error. */
  readonly log?: (line: LogLine) => void;
  /** Milliseconds between two looks at the models' folders; default 1000. */
  readonly lookMilliseconds?: number;
}

/** A server that runs. */
export interface RunningServer {
  /** "http://127.0.0.1:8000" */
  readonly url: string;
  readonly models: readonly string[];
  /**
   * Takes no more questions, answers those that were asked, gives back what the models hold. After `seconds` (default 30) work
   * that is still going on is given up.
   */
  close(seconds?: number): Promise<void>;
}

const DEFAULT_PORT = 8000;
const DRAIN_SECONDS = 30;

/**
 * Serves models over HTTP: the verbs of `Model` as JSON, CSV, JSON lines and Parquet; docs/server.md tells how it is asked.
 * @param folders of the models; the name of each is its folder's.
 * @throws InputError for a folder without a model, a port that is taken, a host that others reach without a token.
 * @example
 * import { serve } from "anygiven/server";
 * const server = await serve(["survey"], { port: 0, log: () => {} });
 * const question = { of: "logg", given: { teff: 4700 } };
 * const answer = await fetch(`${server.url}/models/survey/density`, {
 *   method: "POST",
 *   headers: { "content-type": "application/json" },
 *   body: JSON.stringify(question),
 * });
 * console.log((await answer.json()).of.logg.median);
 * await server.close();
 */
export async function serve(folders: readonly string[], options: ServeOptions = {}): Promise<RunningServer> {
  const {
    port = DEFAULT_PORT,
    host = "127.0.0.1",
    token,
    noToken,
    tls,
    cors,
    device,
    log = logLine,
  } = options;
  const limits = limitsOf(options.limits);
  checkAccess({ host, token, noToken });
  const certificate = tls && { cert: await fileOf(tls.cert), key: await fileOf(tls.key) };
  const admission = new Admission(limits);
  const metrics = new Metrics(() => admission.inside);
  const shelf = await ModelShelf.open(
    folders,
    defined({ device, unseen: options.unseen, verify: options.verify }),
    {
      onRun: (questions) => metrics.countRun(questions),
      onReload: (model, error) => {
        if (!error) metrics.countReload();
        log({
          time: new Date().toISOString(),
          event: error ? "reload failed" : "reloaded",
          model,
          ...(error && { fault: error.message }),
        });
      },
      ...(options.lookMilliseconds !== undefined && { lookMilliseconds: options.lookMilliseconds }),
    },
  );
  try {
    const app = application({
      shelf,
      limits,
      admission,
      metrics,
      log,
      cors,
      access: new Access({ host, token }),
    });
    const server = newServer(getRequestListener(app.fetch, OWN_GLOBALS), certificate);
    await listening(server, port, host);
    const { port: taken } = server.address() as AddressInfo;
    const name = host.includes(":") ? `[${host}]` : host;
    return {
      url: `${tls ? "https" : "http"}://${name}:${taken}`,
      models: shelf.names,
      close: async (seconds = DRAIN_SECONDS) => {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeIdleConnections();
        await admission.close(seconds);
        server.closeIdleConnections();
        // What was answered is still going out: it has as long again.
        const timer = setTimeout(() => server.closeAllConnections(), 1000 * seconds);
        await closed;
        clearTimeout(timer);
        await shelf.dispose();
      },
    };
  } catch (error) {
    await shelf.dispose();
    throw error;
  }
}

/** A library leaves the program's Request and Response as they are. */
const OWN_GLOBALS = { overrideGlobalObjects: false };

type Listener = ReturnType<typeof getRequestListener>;

function newServer(listener: Listener, certificate: { cert: Buffer; key: Buffer } | undefined): Server {
  const onRequest = (...[incoming, outgoing]: Parameters<Listener>) => void listener(incoming, outgoing);
  if (!certificate) return createPlainServer(onRequest);
  try {
    return createTlsServer(certificate, onRequest);
  } catch (error) {
    throw new InputError(
      `The certificate and its key can't be used (${error instanceof Error ? error.message : error}): both must be PEM, and belong together.`,
      { cause: error },
    );
  }
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const code = systemErrorCode(error);
      const why = code === "EADDRINUSE" ? "is taken already" : `can't be had (${code ?? error.message})`;
      reject(
        new InputError(`The port ${port} of ${host} ${why}: choose another with \`port\`.`, { cause: error }),
      );
    });
    server.listen(port, host, resolve);
  });
}

async function fileOf(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw asReadError(path, error);
  });
}

function logLine(line: LogLine): void {
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
