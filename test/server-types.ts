/** @file The types of a client, made by openapi-typescript of the server's document. */
import openapiTypes, { astToString } from "openapi-typescript";
import { openApiDocument } from "../src/server/open-api.ts";

const HEADER =
  "/** @file Made by scripts/server-types.ts from the server's OpenAPI document: not to be edited. */\n";

export async function serverTypes(): Promise<string> {
  const made = await openapiTypes(JSON.stringify(openApiDocument()), { alphabetize: true });
  return HEADER + astToString(made);
}
