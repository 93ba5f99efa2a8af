/** @file The server's paths: who may ask, what is asked, what is answered, and a line of the log for each request. */
import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { defined } from "../base/defined.ts";
import { unknownName } from "../base/suggestions.ts";
import type { Model } from "../model/model.ts";
import { modelCard, supportText } from "../model/model-card.ts";
import { type Given, questionTable, type Row } from "../model/question-table.ts";
import type { Access } from "./access.ts";
import type { Admission, Admitted } from "./admission.ts";
import { type AtEnd, acceptedType, type Leaving, type Told, tableResponse } from "./answer-formats.ts";
import { askedRows, refuseManyRows, type Sent } from "./asked-rows.ts";
import { checkedQuestion, queryOptions } from "./checked-questions.ts";
import { documentationPage } from "./documentation-page.ts";
import { explorerFile } from "./explorer-files.ts";
import type { ServerLimits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import type { Lease, ModelShelf } from "./model-shelf.ts";
import { openApiDocument } from "./open-api.ts";
import { readingApart } from "./question-schemas.ts";
import { Refusal, toldError } from "./refusals.ts";
import { bodyType, JSON_TYPE, jsonBody, mediaType, tableBody } from "./request-body.ts";
import { VERBS, type Verb, type VerbAnswer } from "./verbs.ts";

/** What a line of the log says. */
export type LogLine = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ServerParts {
  readonly shelf: ModelShelf;
  readonly limits: ServerLimits;
  readonly access: Access;
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly log: (line: LogLine) => void;
  /** The one origin whose pages may ask; by default none. */
  readonly cors?: string | undefined;
}

/** The paths that are open to all: they tell nothing of the models. */
const OPEN = new Set(["/", "/openapi.json", "/healthz", "/readyz"]);

/** What Node has beside the web's own request. */
type Node = { Bindings: { readonly outgoing?: ServerResponse } };

export function application(parts: ServerParts): Hono<Node> {
  const { shelf, access, admission, metrics, log } = parts;
  const app = new Hono<Node>();
  const document = openApiDocument();

  app.use(async (context, next) => {
    const began = performance.now();
    const id = randomUUID();
    await next();
    const { status } = context.res;
    context.res.headers.set("x-request-id", id);
    context.res.headers.set("x-content-type-options", "nosniff");
    if (admission.isClosed) context.res.headers.set("connection", "close");
    const { method, path } = context.req;
    const seconds = (performance.now() - began) / 1000;
    const { route, model, verb } = routeOf(path);
    metrics.countRequest(`${method} ${route}`, status, seconds);
    const fault = context.error && status >= 500 ? String(context.error.stack ?? context.error) : undefined;
    // The query is left out: it may hold data.
    log({
      time: new Date().toISOString(),
      id,
      method,
      path,
      status,
      ms: Math.round(seconds * 1e4) / 10,
      ...defined({ model, verb, fault }),
    });
  });
  if (parts.cors !== undefined) {
    const exposed = ["anygiven-notices", "x-request-id"];
    app.use(
      cors({ origin: parts.cors, allowHeaders: ["authorization", "content-type"], exposeHeaders: exposed }),
    );
  }
  app.use(async (context, next) => {
    access.checkHost(context.req.raw);
    if (!OPEN.has(context.req.path)) access.checkToken(context.req.raw);
    await next();
  });
  app.onError((error, context) => {
    const { status, body, headers } = toldError(error);
    return new Response(JSON.stringify(body), {
      status,
      headers: { ...Object.fromEntries(context.res.headers), ...headers, "content-type": JSON_TYPE },
    });
  });
  app.notFound(({ req }) => {
    throw new Refusal(404, `There is no ${req.method} ${req.path.slice(0, 200)}: / tells what there is.`);
  });

  app.get("/", (context) => context.html(documentationPage(document, access.wantsToken ? [] : shelf.names)));
  app.get("/openapi.json", (context) => context.json(document));
  app.get("/healthz", (context) => context.json({ status: "alive" }));
  app.get("/readyz", (context) => {
    if (admission.isClosed) throw new Refusal(503, "The server is shutting down.");
    return context.json({ status: "ready" });
  });
  app.get("/metrics", (context) =>
    context.text(metrics.text(), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }),
  );
  // Where a token is wanted a browser can't send it by itself: the page is refused there, as all else.
  app.get("/explore", (context) => context.redirect("/explore/"));
  app.get("/explore/*", ({ req }) =>
    explorerFile(shelf, new URL(req.url).pathname.slice("/explore/".length)),
  );
  app.get("/models", (context) =>
    context.json({ models: shelf.names.map((name) => leased(shelf, name, listed)) }),
  );
  app.get("/models/:model", (context) => context.json(leased(shelf, context.req.param("model"), described)));
  app.post("/models/:model/:verb", async (context) => {
    const { model, verb } = context.req.param();
    const socket = context.env?.outgoing?.socket;
    const breakOff = socket ? () => void socket.end() : undefined;
    return answered(parts, { model, verb, request: context.req.raw, breakOff });
  });
  app.all("/models/:model/:verb", ({ req }) => {
    throw new Refusal(405, `${req.method} does not ask anything: send the question with POST.`, {
      allow: "POST",
    });
  });
  return app;
}

/** The path with names in place of what is asked for. */
function routeOf(path: string): { readonly route: string; readonly model?: string; readonly verb?: string } {
  const [, first, model, verb, ...more] = path.split("/");
  if (first === "models" && model && more.length === 0) {
    if (verb === undefined) return { route: "/models/{model}", model };
    if (VERBS.some(({ name }) => name === verb)) return { route: `/models/{model}/${verb}`, model, verb };
  }
  if (first === "explore") return { route: "/explore" };
  const isKnown = OPEN.has(path) || path === "/models" || path === "/metrics";
  return { route: isKnown ? path : "other" };
}

function leased<Made>(shelf: ModelShelf, name: string, make: (lease: Lease) => Made): Made {
  const lease = shelf.take(name);
  try {
    return make(lease);
  } finally {
    lease.release();
  }
}

const listed = ({ name, model, loadedAt }: Lease) => ({
  name,
  columns: model.columns,
  loadedAt: loadedAt.toISOString(),
});

const described = ({ name, model, loadedAt }: Lease) => ({
  name,
  loadedAt: loadedAt.toISOString(),
  columns: model.config.columns.map(({ name: column, encoding, unit, output }) => ({
    ...{
      name: column,
      kind: encoding.kind,
      ...defined({ unit }),
      asked: output,
      values: supportText(encoding),
    },
    ...(encoding.categories.length > 0 && { categories: encoding.categories }),
  })),
  card: modelCard(model.config),
});

interface AskedVerb {
  readonly model: string;
  readonly verb: string;
  readonly request: Request;
  readonly breakOff: (() => void) | undefined;
}

async function answered(
  parts: ServerParts,
  { model: name, verb: verbName, request, breakOff }: AskedVerb,
): Promise<Response> {
  const { shelf, limits, admission } = parts;
  const verb = VERBS.find((each) => each.name === verbName);
  if (!verb)
    throw new Refusal(
      404,
      unknownName(
        "verb",
        verbName,
        VERBS.map((each) => each.name),
      ),
    );
  const lease = shelf.take(name);
  let admitted: Admitted;
  try {
    admitted = admission.enter(request.signal);
  } catch (error) {
    lease.release();
    throw error;
  }
  const atEnd = async () => {
    lease.release();
    admitted.leave();
  };
  // The place is kept until the work has really ended, also where the answer is given up before.
  const work = worked(verb, lease, request, { limits, admitted, atEnd, breakOff });
  try {
    return await admitted.inTime(work);
  } catch (error) {
    work.then(
      (late) => late.body?.cancel(),
      () => {}, // told already
    );
    throw error;
  }
}

interface Work {
  readonly limits: ServerLimits;
  readonly admitted: Admitted;
  readonly atEnd: AtEnd;
  readonly breakOff: (() => void) | undefined;
}

async function worked(
  verb: Verb,
  lease: Lease,
  request: Request,
  { limits, admitted, atEnd, breakOff }: Work,
): Promise<Response> {
  const ends: AtEnd[] = [atEnd];
  const end = async () => {
    for (const each of ends.splice(0)) await each();
  };
  try {
    const type = bodyType(request);
    const { searchParams } = new URL(request.url);
    const { signal } = admitted;
    const bodyLimit = { bodyBytes: limits.bodyBytes, signal };
    const asking = { signal, samples: limits.samples };
    if (type === JSON_TYPE) {
      const body = await jsonBody(request, bodyLimit);
      if (searchParams.size > 0)
        throw new Refusal(422, "A question in JSON has its options there: leave the query out.");
      const isOfRows = verb.rows && (!verb.one || hasRows(body));
      if (!isOfRows && verb.one) {
        const { one } = verb;
        refuseType(request, one.isTable);
        const question = checkedQuestion(one.schema, body);
        const told = { warnings: warningsOf(lease.model, question) };
        const answer = await one.ask(lease, withRowsLimit(question, limits) as never, asking);
        return await respond(answer, request, told, { atEnd: end, breakOff });
      }
      refuseRows((body as { rows?: unknown } | null)?.rows, limits); // before each is looked at
      const { rows, ...options } = checkedQuestion(verb.rows!.schema, body) as { rows: readonly Row[] };
      return await ofRows({ rows }, options);
    }
    if (!verb.rows)
      throw new Refusal(415, `${verb.name} is not about a table: send the question as ${JSON_TYPE}.`);
    const { query } = verb.rows;
    const asked = checkedQuestion(query, queryOptions(query, searchParams)) as object;
    const { reading, options } = readingApart(asked);
    const table = await tableBody(request, type, bodyLimit);
    ends.unshift(() => table.remove());
    return await ofRows({ table, reading }, options);
  } catch (error) {
    await end();
    throw error;
  }

  async function ofRows(sent: Sent, options: object): Promise<Response> {
    const { wanted, ask, isTable } = verb.rows!;
    const accepted = refuseType(request, isTable);
    const { keepsAll, ...others } = wanted(options as never);
    const keeps = keepsAll && accepted !== JSON_TYPE ? { keepsAll } : {};
    const limit = { rows: limits.rows, signal: admitted.signal };
    const { blocks, notices } = await askedRows(lease.model, sent, { ...others, ...keeps }, limit);
    ends.unshift(() => blocks.close());
    const asking = { signal: admitted.signal, samples: limits.samples };
    const answer = await ask(lease.model, blocks, options as never, asking);
    return respond(answer, request, { notices }, { atEnd: end, breakOff });
  }
}

const hasRows = (body: unknown) => typeof body === "object" && body !== null && "rows" in body;

/** Before any work. @throws Refusal (406). */
function refuseType(request: Request, isTable: boolean) {
  return acceptedType(request.headers.get("accept"), isTable ? undefined : [JSON_TYPE]);
}

async function respond(
  answer: VerbAnswer,
  request: Request,
  told: Told,
  leaving: Leaving,
): Promise<Response> {
  if ("table" in answer)
    return tableResponse(answer.table, acceptedType(request.headers.get("accept")), told, leaving);
  const { warnings = [] } = told;
  const body = JSON.stringify({ ...answer.json, ...(warnings.length > 0 && { warnings }) });
  await leaving.atEnd();
  return new Response(body, { headers: { "content-type": mediaType(JSON_TYPE) } });
}

/** What of one question's values training has not seen the like of. */
function warningsOf(model: Model, question: unknown): string[] {
  const { given = {} } = question as { readonly given?: Given };
  if (Object.keys(given).length === 0) return [];
  questionTable(model.config, given); // names an unknown column
  return model.unseen([given]).map(({ warning }) => warning);
}

/** @throws Refusal (413) for more rows than may be. */
function refuseRows(rows: unknown, limits: ServerLimits): void {
  if (Array.isArray(rows)) refuseManyRows(rows.length, limits.rows);
}

/** @throws Refusal (422) for more rows to be made up than may be. */
function withRowsLimit(question: unknown, { rows: most }: ServerLimits): unknown {
  const { rows } = question as { readonly rows?: unknown };
  if (typeof rows === "number" && rows > most)
    throw new Refusal(422, `${rows} rows would be made up, and ${most} can be at once: ask for fewer.`);
  return question;
}
