/** @file Pages of the API, made by `npm run docs:api` from the docstrings of the public entries. */
import { OptionDefaults } from "typedoc";

/** @type {Partial<import("typedoc").TypeDocOptions>} */
export default {
  name: "anygiven",
  entryPoints: ["src/index.ts", "src/diffusion/index.ts", "src/plot/index.ts", "src/server/index.ts"],
  out: "docs/api",
  readme: "none",
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  blockTags: [...OptionDefaults.blockTags, "@file"],
  excludeTags: ["@file"],
  // `tsc` is the check of types.
  skipErrorChecking: true,
  validation: { notExported: true, invalidLink: true, rewrittenLink: true, notDocumented: false },
  // What the types of training options are computed from: docs/settings.md lists what comes out.
  // KindName is the keys of the table KINDS, which stays inside.
  intentionallyNotExported: [
    "SettingsOf",
    "GivenRunOptions",
    "PresetsOf",
    "Size",
    "NamesOfHead",
    "AnySettings",
    "HeadName",
    "KINDS",
  ],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  logLevel: "Warn",
};
