/** @file Writes test/generated/server-api.ts, the server's paths as types, from its OpenAPI document: for the client of test/serve.test.ts. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serverTypes } from "../test/server-types.ts";

writeFileSync(
  fileURLToPath(new URL("../test/generated/server-api.ts", import.meta.url)),
  await serverTypes(),
);
