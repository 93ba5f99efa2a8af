/** @file The page's program: opens the first model, shows it, and moves a value by itself until somebody takes over. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.tsx";
import { showHow } from "./overture.ts";
import { columns, failure, messageOf, open } from "./state.ts";

const host = document.getElementById("page");
if (!host) throw new Error("the page has no place for its content");

open()
  .then((isTold) => {
    if (!isTold) showHow();
  })
  .catch((error: unknown) => {
    failure.value = messageOf(error);
  });
// As soon as the columns are known.
const stop = effect(() => {
  if (columns.value.length === 0 && failure.value === undefined) return;
  host.textContent = "";
  render(<App />, host);
  queueMicrotask(() => stop());
});

addEventListener("keydown", () => document.documentElement.toggleAttribute("data-keys", true), {
  capture: true,
});
addEventListener("pointerdown", () => document.documentElement.toggleAttribute("data-keys", false), {
  capture: true,
});

// Only where a site is secure (https, or this machine) may it be kept; elsewhere it works with a network alone.
if ("serviceWorker" in navigator)
  navigator.serviceWorker.register("./service-worker.js", { type: "module" }).catch(() => {});
