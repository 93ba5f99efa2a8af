/** @file anygiven/server: models over HTTP. */
import "../runtime/node/install.ts";

export type { LogLine } from "./application.ts";
export type { ServerLimits } from "./limits.ts";
export { type RunningServer, type ServeOptions, serve } from "./serve.ts";
