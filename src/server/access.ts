/** @file Who may ask: a bearer token, compared in constant time; which hosts a request may name; which pages may ask. */
import { createHash, timingSafeEqual } from "node:crypto";
import { InputError } from "../base/errors.ts";
import { Refusal } from "./refusals.ts";

export interface AccessOptions {
  readonly host: string;
  /** Without it everyone who reaches the server may ask. */
  readonly token?: string | undefined;
  /** Whether a server that others reach may be without a token. */
  readonly noToken?: boolean | undefined;
}

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

/** @throws InputError for a server that others can reach, without a token; for a token that is hardly one. */
export function checkAccess({ host, token, noToken = false }: AccessOptions): void {
  if (token !== undefined && token.trim() === "")
    throw new InputError(
      "The token is empty: name one that can't be guessed, such as `openssl rand -hex 32` prints.",
    );
  if (token !== undefined && noToken)
    throw new InputError("`token` and `noToken` exclude each other: leave one out.");
  if (token === undefined && !noToken && !LOOPBACK.includes(host))
    throw new InputError(
      `At ${host} others can reach the server: name a token with \`token\` (or ANYGIVEN_TOKEN), or say with \`noToken\` that none is wanted.`,
    );
}

/** Says who may ask. */
export class Access {
  readonly #digest: Buffer | undefined;
  readonly #isLocal: boolean;

  constructor({ host, token }: AccessOptions) {
    this.#digest = token === undefined ? undefined : digestOf(token);
    this.#isLocal = LOOPBACK.includes(host) && token === undefined;
  }

  get wantsToken(): boolean {
    return this.#digest !== undefined;
  }

  /** @throws Refusal (401) unless the request has the token, where one is wanted. */
  checkToken(request: Request): void {
    if (!this.#digest) return;
    const [, sent] = /^Bearer (.+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
    // Digests are of one length: how long the comparison takes tells nothing.
    if (sent !== undefined && timingSafeEqual(digestOf(sent), this.#digest)) return;
    throw new Refusal(
      401,
      sent === undefined
        ? "A token is wanted: send Authorization: Bearer TOKEN."
        : "The token is another: check it.",
      { "www-authenticate": "Bearer" },
    );
  }

  /**
   * A page elsewhere can have its own name lead to this machine (DNS rebinding): a server without a token answers to the
   * machine's own names alone. @throws Refusal (403) for another.
   */
  checkHost(request: Request): void {
    if (!this.#isLocal) return;
    const host = (request.headers.get("host") ?? "").replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
    if (LOOPBACK.includes(host)) return;
    throw new Refusal(
      403,
      "The request names another host than this machine's own (localhost): behind a proxy give the server a token.",
    );
  }
}

const digestOf = (text: string) => createHash("sha256").update(text).digest();
