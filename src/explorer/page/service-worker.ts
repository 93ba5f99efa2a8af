/** @file Keeps the site's files in the browser, so that it opens without a network: the server's are taken where there is one, the kept ones elsewhere. */
import type { SiteList } from "../site-format.ts";

/** What a worker of this kind has, as far as it is used here: TypeScript's page library does not know it. */
interface ServiceScope {
  addEventListener(type: "install" | "activate" | "fetch", listen: (event: ServiceEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  readonly location: { readonly href: string; readonly origin: string };
}

interface ServiceEvent {
  readonly request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const scope = self as unknown as ServiceScope;
/** One for each site: several may lie on one server. */
const KEPT = `anygiven-explorer ${new URL("./", scope.location.href).pathname}`;
const PAGE = [
  "./",
  "./explorer.js",
  "./explorer.css",
  "./answer-worker.js",
  "./icon.svg",
  "./site.json",
  "./ort/ort-wasm-simd-threaded.mjs",
  "./ort/ort-wasm-simd-threaded.wasm",
];

async function keepAll(): Promise<void> {
  const kept = await caches.open(KEPT);
  const { models } = (await (await fetch("./site.json")).json()) as SiteList;
  const files = models.flatMap(({ folder, rows }) => [
    `${folder}/config.json`,
    `${folder}/weights.safetensors`,
    `${folder}/manifest.json`,
    ...(rows === undefined ? [] : [rows]),
  ]);
  await kept.addAll([...PAGE, ...files]);
}

async function answered(request: Request): Promise<Response> {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await kept.put(request, answer.clone());
    return answer;
  } catch (error) {
    const found = await kept.match(request, { ignoreSearch: true, ignoreVary: true });
    if (found) return found;
    throw error;
  }
}

scope.addEventListener("install", (event) => event.waitUntil(keepAll().then(() => scope.skipWaiting())));
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== scope.location.origin) return;
  event.respondWith(answered(request));
});
