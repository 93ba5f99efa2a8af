/** @file Headless Chromium as a person would use it: opens a page, moves the mouse, types, takes pictures; spoken to over two pipes (Chrome DevTools Protocol). */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { chromium } from "./chromium.ts";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface View {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  /** Whether the reader wants no movement. */
  readonly still?: boolean;
}

type Send = (method: string, params: object, session: string | undefined) => Promise<unknown>;

/** A page in a browser of its own. */
export class DrivenPage {
  /** The addresses that the page asked for, those of its workers too. */
  readonly requests: string[] = [];
  /** What the page complained of: errors that nobody caught, and those that it wrote to the console. */
  readonly complaints: string[] = [];
  readonly #send: Send;
  readonly #close: () => Promise<void>;
  readonly #group: number;
  #session: string | undefined;

  private constructor(send: Send, close: () => Promise<void>, group: number) {
    this.#send = send;
    this.#close = close;
    this.#group = group;
  }

  static async start({ width, height, dark = false, still = false }: View): Promise<DrivenPage> {
    const profile = mkdtempSync(join(tmpdir(), "anygiven-chromium-"));
    const browser = spawn(
      chromium as string,
      [
        "--headless",
        "--no-sandbox", // containers run as root
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--remote-debugging-pipe",
        `--user-data-dir=${profile}`,
        "about:blank",
      ],
      // A group of its own, so that the processes that it starts end with it.
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true },
    );
    const [to, from] = [browser.stdio[3] as Writable, browser.stdio[4] as Readable];
    const waiting = new Map<number, { done: (made: unknown) => void; failed: (error: Error) => void }>();
    let [count, rest] = [0, ""];
    const send = (method: string, params: object, sessionId: string | undefined) =>
      new Promise<unknown>((done, failed) => {
        const id = ++count;
        waiting.set(id, { done, failed });
        to.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
      });
    const close = async () => {
      const gone = new Promise((resolve) => browser.on("exit", resolve));
      if (browser.exitCode === null) {
        process.kill(-browser.pid!, "SIGKILL");
        await gone;
      }
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    };
    const page = new DrivenPage(send, close, browser.pid!);
    to.on("error", () => {}); // the browser has ended: who waits is told below
    browser.on("exit", (code) => {
      for (const { failed } of waiting.values()) failed(new Error(`Chromium ended with ${code}`));
    });
    from.setEncoding("utf8").on("data", (piece: string) => {
      const messages = (rest + piece).split("\0");
      rest = messages.pop() ?? "";
      for (const text of messages) {
        const message = JSON.parse(text) as Message;
        if (message.id === undefined) page.#hear(message);
        const asked = waiting.get(message.id ?? -1);
        waiting.delete(message.id ?? -1);
        if (message.error) asked?.failed(new Error(message.error.message));
        else asked?.done(message.result);
      }
    });
    const { targetInfos } = (await send("Target.getTargets", {}, undefined)) as {
      targetInfos: { targetId: string; type: string }[];
    };
    const { targetId } = targetInfos.find(({ type }) => type === "page")!;
    const attached = await send("Target.attachToTarget", { targetId, flatten: true }, undefined);
    page.#session = (attached as { sessionId: string }).sessionId;
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await page.call(`${domain}.enable`);
    await page.call("Target.setAutoAttach", {
      autoAttach: true,
      waitForDebuggerOnStart: false,
      flatten: true,
    });
    await page.look({ width, height, dark, still });
    return page;
  }

  /** Changes size and theme. */
  async look({ width, height, dark = false, still = false }: View): Promise<void> {
    await this.call("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    await this.call("Emulation.setEmulatedMedia", {
      features: [
        { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
        { name: "prefers-reduced-motion", value: still ? "reduce" : "no-preference" },
      ],
    });
  }

  call<Result>(method: string, params: object = {}): Promise<Result> {
    return this.#send(method, params, this.#session) as Promise<Result>;
  }

  #hear({ method, params }: Message): void {
    const of = params as {
      readonly request?: { url: string };
      readonly sessionId?: string;
      readonly exceptionDetails?: { text: string; exception?: { description?: string } };
      readonly entry?: { level: string; text: string; url?: string };
    };
    if (method === "Network.requestWillBeSent" && of.request) this.requests.push(of.request.url);
    if (method === "Target.attachedToTarget" && of.sessionId) {
      // Workers ask for files themselves. One that ends at once can't be listened to.
      for (const domain of ["Network", "Runtime"])
        this.#send(`${domain}.enable`, {}, of.sessionId).catch(() => {});
    }
    if (method === "Runtime.exceptionThrown")
      this.complaints.push(
        of.exceptionDetails?.exception?.description ?? of.exceptionDetails?.text ?? "an exception",
      );
    if (method === "Log.entryAdded" && of.entry?.level === "error")
      this.complaints.push(`${of.entry.text} ${of.entry.url ?? ""}`);
  }

  async open(address: string): Promise<void> {
    // Away first: another fragment alone would not load the page.
    await this.call("Page.navigate", { url: "about:blank" });
    await this.call("Page.navigate", { url: address });
  }

  /** What an expression of the page's own is worth there. */
  async value<Made>(expression: string): Promise<Made> {
    const { result, exceptionDetails } = await this.call<{
      result: { value: Made };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    }>("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Until an expression is true. @throws Error after some time, with what the page complained of. */
  async until(expression: string, seconds = 90): Promise<void> {
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end) {
      if (await this.value<boolean>(`Boolean(${expression})`).catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`It was not so for ${seconds} s: ${expression}. ${this.complaints.join("; ")}`);
  }

  /** A place in an element, from its upper left corner, as shares of its size. */
  async placeIn(selector: string, across: number, down = 0.5): Promise<Place> {
    const found = await this.value<{ x: number; y: number; width: number; height: number }>(
      `(() => { const element = document.querySelector(${JSON.stringify(selector)}); element.scrollIntoView({ block: "center" });
        const { x, y, width, height } = element.getBoundingClientRect(); return { x, y, width, height }; })()`,
    );
    return { x: found.x + across * found.width, y: found.y + down * found.height };
  }

  async mouse(type: "mousePressed" | "mouseMoved" | "mouseReleased", { x, y }: Place): Promise<void> {
    const button = type === "mouseMoved" ? {} : { button: "left", clickCount: 1 };
    await this.call("Input.dispatchMouseEvent", {
      type,
      x,
      y,
      buttons: type === "mouseReleased" ? 0 : 1,
      ...button,
    });
  }

  async click(place: Place): Promise<void> {
    await this.mouse("mousePressed", place);
    await this.mouse("mouseReleased", place);
  }

  async drag(from: Place, to: Place, steps = 10): Promise<void> {
    await this.mouse("mousePressed", from);
    for (let i = 1; i <= steps; i++) {
      const along = i / steps;
      await this.mouse("mouseMoved", {
        x: from.x + along * (to.x - from.x),
        y: from.y + along * (to.y - from.y),
      });
    }
    await this.mouse("mouseReleased", to);
  }

  /** A key by its name ("ArrowRight", "Delete"), or a letter. */
  async key(key: string): Promise<void> {
    const text = key.length === 1 ? { text: key } : {};
    await this.call("Input.dispatchKeyEvent", { type: "keyDown", key, ...text });
    await this.call("Input.dispatchKeyEvent", { type: "keyUp", key });
  }

  /** A picture of what is seen, as PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.call<{ data: string }>("Page.captureScreenshot", { format: "png" });
    return Buffer.from(data, "base64");
  }

  /** Seconds of processor time that the browser's processes have used so far, by kind ("gpu-process", "renderer"); on Linux. */
  processorSeconds(): Readonly<Record<string, number>> {
    const used: Record<string, number> = {};
    for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        const words = readFileSync(`/proc/${id}/stat`, "utf8")
          .replace(/^.*\) /s, "")
          .split(" ");
        if (Number(words[2]) !== this.#group) continue;
        const [, kind = "browser"] =
          /--type=([\w-]+)/.exec(readFileSync(`/proc/${id}/cmdline`, "utf8")) ?? [];
        used[kind] = (used[kind] ?? 0) + (Number(words[11]) + Number(words[12])) / 100;
      } catch {
        // A process that has ended meanwhile.
      }
    }
    return used;
  }

  async close(): Promise<void> {
    await this.#close();
  }
}
