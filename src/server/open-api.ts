/** @file The OpenAPI 3.1 document of the server, made of the schemas that check requests. */
import { z } from "zod";
import { VERSION } from "../base/version.ts";
import { errorAnswer, modelAnswer, modelList, stateAnswer } from "./answer-schemas.ts";
import { NAMED } from "./question-schemas.ts";
import { JSON_TYPE, TABLE_TYPES } from "./request-body.ts";
import { VERBS, type Verb } from "./verbs.ts";

type Json = Readonly<Record<string, unknown>>;

export interface OpenApiDocument extends Json {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Json>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>>; readonly securitySchemes: Json };
}

const PLACE = "#/components/schemas/";
const refOf = (schema: z.ZodType) => {
  const id = NAMED.get(schema)?.id;
  if (id === undefined) throw new Error("a schema of the document has no name");
  return { $ref: `${PLACE}${id}` };
};

/** What may be answered instead, each with one sentence. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: "The body is broken.",
  401: "The token is missing or wrong.",
  404: "There is no model of that name; those like it are named.",
  406: "None of the accepted media types can be answered.",
  413: "The body, or the number of rows, is beyond the server's limit.",
  415: "The body is of a type that is not read.",
  422: "The question is wrong: a column, a value, an option.",
  429: "Too many questions at once; ask again after Retry-After seconds.",
  503: "The answer took too long, or the server is shutting down.",
};

const withErrors = (responses: Json, statuses: readonly number[]): Json => ({
  ...responses,
  ...Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: REFUSALS[status], content: { [JSON_TYPE]: { schema: refOf(errorAnswer) } } },
    ]),
  ),
});

const BINARY = { format: "binary" };
const isText = (type: string) => type.startsWith("text/") || type.endsWith("ndjson");

const modelParameter = { name: "model", in: "path", required: true, schema: { type: "string" } };

/** Tables of other types than JSON are texts or bytes to the document. */
const bytes = Object.fromEntries(
  Object.keys(TABLE_TYPES).map((type) => [
    type,
    { schema: { type: "string", ...(!isText(type) && BINARY) } },
  ]),
);

function verbPath({ name, summary, about, one, rows }: Verb): Json {
  const questions = [one, rows].flatMap((each) => each ?? []);
  const bodies = questions.map(({ schema }) => refOf(schema));
  const answers = [...new Set(questions.map(({ answers }) => answers))].map(refOf);
  const isTable = questions.some((each) => each.isTable);
  const choice = (schemas: readonly Json[]) => (schemas.length === 1 ? schemas[0] : { anyOf: schemas });
  return {
    post: {
      operationId: name,
      summary,
      description: rows
        ? `${about} Rows come in the question (\`rows\`), or the body is a table and the question stands in the query.`
        : about,
      parameters: [modelParameter, ...(rows ? queryParameters(rows.query) : [])],
      requestBody: {
        required: true,
        content: { [JSON_TYPE]: { schema: choice(bodies) }, ...(rows && bytes) },
      },
      responses: withErrors(
        {
          200: {
            description: "The answer.",
            content: { [JSON_TYPE]: { schema: choice(answers) }, ...(isTable && bytes) },
          },
        },
        [400, 401, 404, 406, 413, 415, 422, 429, 503],
      ),
    },
  };
}

/** The same options as in JSON, for a body that is a table. */
function queryParameters(options: z.ZodObject): Json[] {
  return Object.entries(propertiesOf(options)).map(([name, schema]) => {
    const { description, ...own } = schema;
    const isObject = name === "probabilities";
    return {
      name,
      in: "query",
      description: `With a table as the body. ${description ?? ""}`.trim(),
      ...(isObject ? { content: { [JSON_TYPE]: { schema: own } } } : { schema: own }),
    };
  });
}

function propertiesOf(options: z.ZodObject): Readonly<Record<string, Json>> {
  const { properties = {} } = z.toJSONSchema(options, {
    io: "input",
    metadata: NAMED,
    override: ({ jsonSchema }) => rewriteRefs(jsonSchema),
  });
  return JSON.parse(JSON.stringify(properties).replaceAll("#/$defs/", PLACE));
}

/** Names of schemas stand where OpenAPI has them. */
function rewriteRefs(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.$ref?.startsWith("#/$defs/")) schema.$ref = schema.$ref.replace("#/$defs/", PLACE);
}

const get = (operationId: string, summary: string, responses: Json, more: Json = {}): Json => ({
  get: { operationId, summary, responses, ...more },
});
const json = (schema: z.ZodType, description: string): Json => ({
  200: { description, content: { [JSON_TYPE]: { schema: refOf(schema) } } },
});
const text = (type: string, description: string): Json => ({
  200: { description, content: { [type]: { schema: { type: "string" } } } },
});
const OPEN = { security: [] };

export function openApiDocument(): OpenApiDocument {
  const { schemas } = z.toJSONSchema(NAMED, { uri: (id) => `${PLACE}${id}`, io: "input" });
  const components = Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema as Json]),
  );
  return {
    openapi: "3.1.0",
    info: {
      title: "anygiven",
      version: VERSION,
      description:
        "Trained models of tables, asked for the distribution of any column given any others. Tables come and go as JSON, CSV, JSON lines or Parquet (Content-Type, Accept).",
      ...{ license: { name: "MIT", identifier: "MIT" } },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths: {
      "/models": get("models", "The models", withErrors(json(modelList, "Their names and columns."), [401])),
      "/models/{model}": get(
        "model",
        "A model's columns, kinds, units and card",
        withErrors(json(modelAnswer, "What it knows."), [401, 404]),
        { parameters: [modelParameter] },
      ),
      ...Object.fromEntries(VERBS.map((verb) => [`/models/{model}/${verb.name}`, verbPath(verb)])),
      "/healthz": get("healthz", "Whether the process is alive", json(stateAnswer, "It is."), OPEN),
      "/readyz": get(
        "readyz",
        "Whether questions are taken",
        withErrors(json(stateAnswer, "They are."), [503]),
        OPEN,
      ),
      "/metrics": get(
        "metrics",
        "Counts and times, for Prometheus",
        withErrors(text("text/plain", "Prometheus's text format."), [401]),
      ),
      "/openapi.json": get(
        "openapi",
        "This document",
        { 200: { description: "It.", content: { [JSON_TYPE]: { schema: { type: "object" } } } } },
        OPEN,
      ),
      "/": get("documentation", "This document as a page", text("text/html", "A page."), OPEN),
    },
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "Where the server was started with a token." },
      },
    },
  };
}
