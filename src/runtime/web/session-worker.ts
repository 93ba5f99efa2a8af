/** @file The program of a page's worker: opens programs and runs them, as the page asks by messages. */
import type { Session } from "../platform.ts";
import type { Answer, Asked, ShapedArray } from "./remote-sessions.ts";
import { openWasmSession } from "./wasm-sessions.ts";

const sessions = new Map<number, Session>();

function sessionOf(number: number): Session {
  const session = sessions.get(number);
  if (!session) throw new Error(`session ${number} is not open`);
  return session;
}

async function answer(asked: Asked): Promise<Readonly<Record<string, ShapedArray["cells"]>>> {
  switch (asked.kind) {
    case "open":
      sessions.set(asked.session, await openWasmSession(asked.program, asked.options));
      return {};
    case "run": {
      const session = sessionOf(asked.session);
      const inputs = Object.entries(asked.inputs).map(([name, { cells, shape }]) => [
        name,
        session.tensor(cells, shape),
      ]);
      const made = await session.run(Object.fromEntries(inputs));
      return Object.fromEntries(
        Object.entries(made).map(([name, { data }]) => [name, data as ShapedArray["cells"]]),
      );
    }
    case "release":
      await sessionOf(asked.session).release();
      sessions.delete(asked.session);
      return {};
  }
}

self.addEventListener(
  "message",
  async ({ data: { id, asked } }: MessageEvent<{ id: number; asked: Asked }>) => {
    const told: Answer = await answer(asked).then(
      (made) => ({ id, made }),
      (error: unknown) => ({ id, failure: error instanceof Error ? error.message : String(error) }),
    );
    self.postMessage(told);
  },
);
