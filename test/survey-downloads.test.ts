/** @file Files of surveys and answers of TAP services, from a server of our own: what is fetched, gone on with, refused and told. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { downloadFile } from "../src/datasets/download.ts";
import { openTableWriter, readTable, tableBlocks, tableFromRows, writeTable } from "../src/index.ts";
import { startAnygiven, temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("survey-downloads");
const at = (name: string) => join(folder, name);
const FILE = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 251));
const digest = (kind: string, bytes: Uint8Array) => createHash(kind).update(bytes).digest("hex");
const SHA256 = { kind: "sha256", digits: digest("sha256", FILE) } as const;

/** What the server was asked, in order. */
const requests: { method: string; url: string; range: string | undefined; body: string }[] = [];
beforeEach(() => {
  requests.length = 0;
});

let etag = '"one"';
/** After how many bytes a connection breaks off, for each of the next ones. */
let breaks: number[] = [];
/** What a job says that it does, one after the other. */
let phases: string[] = [];
let answer: Buffer = Buffer.alloc(0);

function sendFile(request: IncomingMessage, response: ServerResponse): void {
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
  const goesOn = from !== undefined && request.headers["if-range"] === etag;
  const start = goesOn ? Number(from) : 0;
  if (start >= FILE.length) return void response.writeHead(416).end();
  const rest = FILE.subarray(start);
  response.writeHead(goesOn ? 206 : 200, {
    "content-length": rest.length,
    etag,
    ...(goesOn && { "content-range": `bytes ${start}-${FILE.length - 1}/${FILE.length}` }),
  });
  const most = breaks.shift();
  if (most === undefined) response.end(rest);
  else response.write(rest.subarray(0, most), () => setTimeout(() => response.destroy(), 50));
}

const votable = (status: string, message: string, table = "") =>
  `<?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE type="results"><INFO name="QUERY_STATUS" value="${status}">${message}</INFO>${table}</RESOURCE></VOTABLE>`;
const FIVE = `<TABLE><FIELD name="source_id" datatype="long"/><FIELD name="ra" datatype="double" unit="deg"/><DATA><TABLEDATA><TR><TD>4611686018427387905</TD><TD>1.5</TD></TR><TR><TD>4611686018427387906</TD><TD/></TR></TABLEDATA></DATA></TABLE>`;

const server = createServer((request, response) => {
  const { method = "", url = "" } = request;
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    requests.push({
      method,
      url,
      range: request.headers.range,
      body: Buffer.concat(pieces).toString("latin1"),
    });
    const send = (text: string | Buffer, status = 200, type = "application/x-votable+xml") =>
      response.writeHead(status, { "content-type": type }).end(text);
    if (url === "/file") return sendFile(request, response);
    if (url === "/tap/sync") return send(answer, answer.includes("ERROR") ? 400 : 200);
    if (url === "/page/sync")
      return send("<html><style>p{}</style><p>Down for <b>maintenance</b></p></html>", 503, "text/html");
    if (url === "/tap/async") return void response.writeHead(303, { location: "/tap/async/17/" }).end();
    if (url === "/tap/async/17/phase")
      return method === "POST"
        ? void response.writeHead(303, { location: "/tap/async/17" }).end()
        : void send(phases.length > 1 ? `${phases.shift()}` : `${phases[0]}\n`, 200, "text/plain");
    if (url === "/tap/async/17/results/result") return send(answer);
    if (url === "/tap/async/17/error") return send(votable("ERROR", "Column &quot;rra&quot; unknown"));
    if (url === "/tap/async/17" && method === "DELETE")
      return void response.writeHead(303, { location: "/tap/async" }).end();
    return void response.writeHead(404).end("no such place");
  });
});
let host = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("a large file", () => {
  test("comes whole, is compared, and leaves nothing else", async () => {
    const told: number[] = [];
    const out = at("whole.bin");
    const got = await downloadFile(`${host}/file`, out, {
      checksum: SHA256,
      onProgress: (done) => told.push(done),
    });
    expect(got).toEqual({ bytes: FILE.length, sha256: SHA256.digits });
    expect(readFileSync(out).equals(FILE)).toBe(true);
    expect(told.at(-1)).toBe(FILE.length);
    expect(readdirSync(folder).filter((name) => name.includes(".part"))).toEqual([]);
  });

  test("is gone on with where a connection broke off, at once and the next time", async () => {
    const out = at("broken.bin");
    breaks = [50_000, 30_000];
    await downloadFile(`${host}/file`, out, { checksum: { kind: "sha1", digits: digest("sha1", FILE) } });
    expect(requests.map(({ range }) => range !== undefined)).toEqual([false, true, true]);
    expect(readFileSync(out).equals(FILE)).toBe(true);
    const stopped = new AbortController();
    const later = at("later.bin");
    const begun = downloadFile(`${host}/file`, later, {
      signal: stopped.signal,
      onProgress: (done) => done > 0 && stopped.abort(),
    });
    await expect(begun).rejects.toThrow();
    expect(existsSync(later)).toBe(false);
    requests.length = 0;
    await downloadFile(`${host}/file`, later, { checksum: SHA256 });
    expect(readFileSync(later).equals(FILE)).toBe(true);
  });

  test("that is another by now is begun anew, and one that does not come on is told", async () => {
    const out = at("changed.bin");
    breaks = [60_000, 0, 0, 0, 0];
    await expect(downloadFile(`${host}/file`, out)).rejects.toThrow(
      /\/file broke off after \d+ bytes .*, which are kept in .*changed\.bin\.part: the same command goes on from there\.$/,
    );
    breaks = [];
    etag = '"two"';
    requests.length = 0;
    await downloadFile(`${host}/file`, out, { checksum: SHA256 });
    expect(requests.map(({ range }) => range !== undefined)).toEqual([true]); // and the server sent all of it
    expect(readFileSync(out).equals(FILE)).toBe(true);
  });

  test("with another checksum is refused and taken away", async () => {
    const out = at("wrong.bin");
    const wrong = { kind: "sha256", digits: "0".repeat(64) } as const;
    await expect(downloadFile(`${host}/file`, out, { checksum: wrong })).rejects.toThrow(
      /has the SHA-256 checksum/,
    );
    expect(readdirSync(folder).filter((name) => name.startsWith("wrong"))).toEqual([]);
    await expect(downloadFile(`${host}/nothing`, out)).rejects.toThrow(
      /answered 404 Not Found instead of a file/,
    );
  });

  test("of a survey is got by its name, with the checksum that is known or told", async () => {
    const get = (...words: string[]) => anygivenHere("datasets", "get", ...words, "--from", `${host}/file`);
    const unknown = await get("training_set", "--out", at("t.h5"));
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      "anygiven: The checksum of training_set.h5 is not known here: name it with --sha256 (its page tells it), or take the file as it comes with --unchecked.\n",
    ]);
    const told = await get("training_set", "--out", at("t.h5"), "--sha256", SHA256.digits);
    expect(told.stdout, told.stderr).toBe(
      `training_set is in ${at("t.h5")}: 200000 bytes, its SHA-256 is as it should be.\n`,
    );
    expect(told.stderr).toMatch(/Please cite Leung & Bovy/);
    const unchecked = await get("combine19", "--out", at("c.h5"), "--unchecked");
    expect(unchecked.stdout).toContain(`unchecked; its SHA-256 is ${SHA256.digits}.`);
    const other = await get("allstar", "--out", at("a.fits"));
    expect(other.stderr).toMatch(
      /has the SHA-1 checksum .* instead of 7aa2f381de0e8e246f9833cc7da540ef45096702/,
    );
    expect(existsSync(at("a.fits"))).toBe(false);
    const known = await anygivenHere("datasets", "get", "california", "--unchecked");
    expect(known.stderr).toMatch(/The checksum of california is known here/);
  });
});

describe("a question to a service", () => {
  const ask = (...words: string[]) => anygivenHere("datasets", "query", "--tap", `${host}/tap/`, ...words);

  test("is answered as a table of any format, ids exact, units kept, a cut at the limit told", async () => {
    answer = Buffer.from(votable("OK", "", `${FIVE}<INFO name="QUERY_STATUS" value="OVERFLOW"/>`));
    const { code, stdout, stderr } = await ask(
      "--adql",
      "SELECT TOP 2 *",
      "--max-rows",
      "2",
      "--out",
      at("two.csv"),
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(`The answer is in ${at("two.csv")}: source_id, ra.\n`);
    expect(stderr).toMatch(/the service cut the table at its limit of rows/);
    expect(readFileSync(at("two.csv"), "utf8")).toBe(
      "source_id,ra\n4611686018427387905,1.5\n4611686018427387906,\n",
    );
    const asked = new URLSearchParams(requests[0].body);
    expect(Object.fromEntries(asked)).toEqual({
      REQUEST: "doQuery",
      LANG: "ADQL",
      FORMAT: "votable",
      QUERY: "SELECT TOP 2 *",
      MAXREC: "2",
    });
    await ask("--adql", "SELECT", "--out", at("two.fits"));
    expect((await readTable(at("two.fits"), { columns: ["ra"] })).columns[0].unit).toBe("deg");
  });

  test("that the service refuses is told in its words", async () => {
    answer = Buffer.from(votable("ERROR", "Cannot parse query: line 1"));
    const refused = await ask("--adql", "SELEC", "--out", at("no.csv"));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/Cannot parse query: line 1/);
    expect(refused.stderr).not.toContain("answer.vot");
    const page = await anygivenHere(
      "datasets",
      "query",
      "--tap",
      `${host}/page`,
      "--adql",
      "S",
      "--out",
      at("no.csv"),
    );
    expect(page.stderr).toBe(
      `anygiven: ${host}/page/sync answered 503 Service Unavailable instead of a table: Down for maintenance.\n`,
    );
    expect(existsSync(at("no.csv"))).toBe(false);
  });

  test("takes tables with it, as VOTables", async () => {
    answer = Buffer.from(votable("OK", "", FIVE));
    writeFileSync(at("my stars.csv"), "source_id,x\n4611686018427387905,1\n");
    const { code, stderr } = await ask(
      "--adql",
      "SELECT *",
      "--upload",
      at("my stars.csv"),
      "--upload-columns",
      "source_id",
      "--out",
      at("up.csv"),
    );
    expect(code, stderr).toBe(0);
    const { body } = requests[0];
    expect(body).toMatch(/name="UPLOAD"\r\n\r\nmy_stars,param:my_stars\r\n/);
    const [, sent] =
      /name="my_stars"; filename="my_stars\.vot"[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(body) ?? [];
    writeFileSync(at("sent.vot"), Buffer.from(sent, "latin1"));
    const blocks = await tableBlocks(at("sent.vot"), { kinds: { source_id: "category" }, keep: "all" });
    const writer = await openTableWriter(at("sent.csv"), [{ name: "source_id", kept: "source_id" }], {
      kept: blocks.kept,
    });
    await writer.close();
    await blocks.close();
    expect(readFileSync(at("sent.csv"), "utf8")).toBe("source_id\n4611686018427387905\n");
  });

  test("as a job is begun, waited for, and taken away", async () => {
    answer = Buffer.from(votable("OK", "", FIVE));
    phases = ["PENDING", "QUEUED", "EXECUTING", "COMPLETED"];
    const { code, stderr } = await ask("--async", "--adql", "SELECT *", "--out", at("job.parquet"));
    expect(code, stderr).toBe(0);
    expect(stderr).toBe(
      `The job is ${host}/tap/async/17 (--job goes on waiting for it).\nqueued ...\nexecuting ...\ncompleted ...\n`,
    );
    const done = requests.map(({ method, url }) => `${method} ${url}`);
    expect(done.slice(0, 3)).toEqual([
      "POST /tap/async",
      "GET /tap/async/17/phase",
      "POST /tap/async/17/phase",
    ]);
    expect(new URLSearchParams(requests[2].body).get("PHASE")).toBe("RUN");
    expect(done.slice(-2)).toEqual(["GET /tap/async/17/results/result", "DELETE /tap/async/17"]);
    expect((await readTable(at("job.parquet"), { columns: ["ra"] })).rows).toBe(2);
    phases = ["COMPLETED"];
    const again = await ask("--job", `${host}/tap/async/17`, "--out", at("job.csv"));
    expect(again.code, again.stderr).toBe(0);
  });

  test("as a job that fails is told in the service's words; Ctrl-C takes it away", async () => {
    phases = ["EXECUTING", "ERROR"];
    const failed = await ask("--async", "--adql", "SELECT rra", "--out", at("failed.csv"));
    expect(failed.code).toBe(2);
    expect(failed.stderr).toMatch(/The service could not answer \(http:.*\/17\): Column "rra" unknown\.\n$/);
    phases = ["EXECUTING"];
    const waiting = startAnygiven([
      "datasets",
      "query",
      "--tap",
      `${host}/tap`,
      "--async",
      "--adql",
      "S",
      "--out",
      at("stopped.csv"),
    ]);
    await expect
      .poll(() => requests.filter(({ url }) => url.endsWith("phase")).length, { timeout: 30_000 })
      .toBeGreaterThan(5);
    waiting.process.kill("SIGINT");
    expect((await waiting.outcome).code).toBe(130);
    expect(requests.at(-1)).toMatchObject({ method: "DELETE", url: "/tap/async/17" });
    expect(existsSync(at("stopped.csv"))).toBe(false);
  });

  test("that is no question, or goes nowhere, is told before anything is sent", async () => {
    const complaints = [
      await ask("--out", at("no.csv")),
      await anygivenHere("datasets", "query", "--tap", "gia", "--adql", "S", "--out", at("no.csv")),
      await ask("--adql", "S", "--upload", "1=x.csv", "--out", at("no.csv")),
      await ask("--adql", "S", "--out", at("no.xyz")),
    ];
    expect(complaints.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
    expect(complaints[0].stderr).toMatch(/Ask a question with --adql/);
    expect(complaints[1].stderr).toMatch(/"gia" is no service: give its address/);
    expect(requests).toEqual([]);
    await writeTable(tableFromRows([{ x: 1 }]), at("kept.csv"));
  });
});
