/** @file `anygiven serve`: models over HTTP, until Ctrl-C. */
import { Command, Option } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { whole } from "./arguments.ts";
import { modelOptions } from "./options.ts";
import { note, print } from "./output.ts";
import { verifying } from "./verified.ts";

export function serveCommand() {
  return new Command("serve")
    .description("Answer questions over HTTP: JSON, CSV, JSON lines, Parquet; a page of documentation at /.")
    .argument("<model...>", "folders of models; the name of each is its folder's")
    .option("--port <n>", "the port", whole, 8000)
    .option(
      "--host <name>",
      "the address that is listened at; others than this machine's want a token",
      "127.0.0.1",
    )
    .addOption(
      new Option("--token <text>", "what requests must have as Authorization: Bearer TEXT").env(
        "ANYGIVEN_TOKEN",
      ),
    )
    .option("--no-token", "at an address that others reach: let everyone ask")
    .option("--tls-cert <file>", "the certificate with its chain, in PEM: HTTPS")
    .option("--tls-key <file>", "its key, in PEM")
    .option("--cors <origin>", "pages from there may ask, such as https://example.org (default: none)")
    .optionsGroup("Limits of a request:")
    .option("--max-body <bytes>", "of its body (default: 67108864)", whole)
    .option("--max-rows <n>", "of a table (default: 200000)", whole)
    .option("--max-samples <n>", "values drawn (default: 10000000)", whole)
    .option("--max-seconds <n>", "of an answer (default: 60)", whole)
    .option("--max-concurrent <n>", "questions answered or waiting at once (default: 128)", whole)
    .optionsGroup("Options:")
    .addOption(modelOptions.unseen())
    .addOption(modelOptions.device())
    .addHelpText("after", HELP)
    .action(async (folders, { token, tlsCert, tlsKey, device, unseen, port, host, cors, ...max }) => {
      if ((tlsCert === undefined) !== (tlsKey === undefined))
        throw new InputError("--tls-cert and --tls-key belong together: name both, or neither.");
      const { maxBody: bodyBytes, maxRows: rows, maxSamples: samples } = max;
      const { maxSeconds: seconds, maxConcurrent: concurrent } = max;
      // Loaded here, so that no other command loads it.
      const { serve } = await import("../server/serve.ts");
      const server = await serve(folders, {
        ...{
          port,
          host,
          device,
          unseen,
          ...verifying(),
          limits: defined({ bodyBytes, rows, samples, seconds, concurrent }),
        },
        ...defined({ cors, token: typeof token === "string" ? token : undefined }),
        ...(token === false && { noToken: true }),
        ...(tlsCert !== undefined && tlsKey !== undefined && { tls: { cert: tlsCert, key: tlsKey } }),
      });
      print(`${server.models.join(", ")} at ${server.url} (documentation at ${server.url}/; Ctrl-C ends it)`);
      await asked();
      note("Ending: what was asked is answered, nothing new is taken ...");
      await server.close();
    });
}

/** Until Ctrl-C or SIGTERM; a second one ends the process. */
function asked(): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false;
    const onSignal = () => {
      if (isAsked) process.exit(130);
      isAsked = true;
      resolve();
    };
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  });
}

const HELP = `
Examples:
  anygiven serve houses
  anygiven serve houses survey --port 9000
  ANYGIVEN_TOKEN=$(openssl rand -hex 32) anygiven serve houses --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem

  curl http://127.0.0.1:8000/models/houses/density -H 'content-type: application/json' \\
    -d '{ "of": "HouseValue", "given": { "MedInc": 7 } }'
  curl 'http://127.0.0.1:8000/models/houses/predict?of=HouseValue' -H 'content-type: text/csv' -H 'accept: text/csv' \\
    --data-binary @new.csv

A model whose folder changes is loaded anew. Each request is a line of JSON on standard error. SIGTERM and Ctrl-C let
what was asked be answered; the exit code is then 0.`;
