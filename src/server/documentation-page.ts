/** @file The OpenAPI document as one page of plain HTML: no script, nothing from elsewhere. */
import type { OpenApiDocument } from "./open-api.ts";

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema?: unknown }>>;

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 56rem; margin: 0 auto; padding: 1rem }
code, pre { font: 0.875rem/1.45 ui-monospace, monospace }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid #8886; border-radius: 0.375rem }
section { border-top: 1px solid #8886; padding-top: 0.5rem; margin-top: 1.5rem }
table { border-collapse: collapse; width: 100% }
td { vertical-align: top; padding: 0.125rem 0.75rem 0.125rem 0 }
h2 { font-size: 1.125rem; overflow-wrap: anywhere }`;

/** @param models their names, which are told to whoever may ask; empty where a token is wanted. */
export function documentationPage(document: OpenApiDocument, models: readonly string[]): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationHtml(method, path, operation as Operation)),
  );
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<section id="${escaped(name)}"><h2>${escaped(name)}</h2><pre>${linked(JSON.stringify(schema, undefined, 2))}</pre></section>`,
  );
  const [model = "MODEL"] = models;
  const example = `curl -s http://localhost:8000/models/${model}/density -H 'content-type: application/json' \\
  -d '{ "of": "COLUMN", "given": { "OTHER": 1 } }'`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>anygiven</title><style>${STYLE}</style></head><body>
<h1>anygiven ${escaped(document.info.version)}</h1>
<p>${escaped(document.info.description)}</p>
${models.length > 0 ? `<p>Models here: ${models.map((name) => `<a href="/models/${encodeURIComponent(name)}">${escaped(name)}</a>`).join(", ")}.</p>` : ""}
<pre>${escaped(example)}</pre>
<p>The same for programs: <a href="/openapi.json">openapi.json</a>.</p>
${operations.join("\n")}
<h1>Schemas</h1>
${schemas.join("\n")}
</body></html>
`;
}

function operationHtml(method: string, path: string, operation: Operation): string {
  const { summary = "", description = "", parameters = [], requestBody, responses } = operation;
  const rows = parameters.map(({ name, in: place, description: about = "" }) => [
    `${name} (${place})`,
    about,
  ]);
  const answers = Object.entries(responses).map(([status, { description: about, content }]) => [
    status,
    `${escaped(about)}${contentHtml(content)}`,
  ]);
  return `<section><h2><code>${method.toUpperCase()} ${escaped(path)}</code></h2>
<p><strong>${escaped(summary)}.</strong> ${escaped(description)}</p>
${rows.length > 0 ? tableHtml(rows.map(([name = "", about = ""]) => [escaped(name), escaped(about)])) : ""}
${requestBody ? `<p>Body:${contentHtml(requestBody.content)}</p>` : ""}
${tableHtml(answers)}</section>`;
}

function contentHtml(content: Content | undefined): string {
  if (!content) return "";
  return Object.entries(content)
    .map(
      ([type, { schema }]) =>
        ` <code>${escaped(type)}</code>${schema ? ` ${linked(JSON.stringify(schema))}` : ""}`,
    )
    .join(",");
}

const tableHtml = (rows: readonly (readonly string[])[]) =>
  `<table>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</table>`;

/** JSON in which the names of schemas lead to them. */
function linked(json: string): string {
  return escaped(json).replace(
    /#\/components\/schemas\/(\w+)/g,
    (_, name: string) => `<a href="#${name}">${name}</a>`,
  );
}

const MARKS: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (mark) => MARKS[mark] ?? mark);
