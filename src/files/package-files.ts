/**
 * @file The files of this package that are no code: where they lie, be the code in src/, in dist/ or in somebody's
 * bundle.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../base/errors.ts";

/**
 * The file that this code is in. CommonJS modules, and with them some bundles, have no import.meta.url; and Next's bundler
 * (Turbopack) makes up a __filename that is nowhere: then packages and files are looked for from where the process runs.
 */
export const CODE = placeOfCode(typeof __filename === "string" ? __filename : fileURLToPath(import.meta.url));

/** @param named where the code is by its own account. */
export function placeOfCode(named: string): string {
  return existsSync(named) ? named : join(process.cwd(), "bundle.js");
}

/** Loads packages from where this code lies, without a bundler's seeing it. */
export const requireFromHere = createRequire(CODE);

const NAME = "anygiven";

/**
 * The path of a file that comes with the package: `packageFile("models/survey/config.json")`. In a bundle it is looked
 * for in the package, where that is still installed, and beside the bundle.
 * @throws InputError if it is in neither.
 */
export function packageFile(path: string): string {
  const found = [ownFolder(), installedFolder(), dirname(CODE)]
    .flatMap((folder) => (folder === undefined ? [] : [join(folder, path)]))
    .find((file) => existsSync(file));
  if (found) return found;
  const [folder] = path.split("/");
  throw new InputError(
    `The file ${path} of the package ${NAME} is not to be found from ${CODE}: install ${NAME} there, or copy its folder ${folder} beside the bundle.`,
  );
}

/** The folder of this package, if this code still lies in it. */
function ownFolder(): string | undefined {
  for (let folder = dirname(CODE); folder !== dirname(folder); folder = dirname(folder)) {
    const description = join(folder, "package.json");
    if (!existsSync(description)) continue;
    return JSON.parse(readFileSync(description, "utf8")).name === NAME ? folder : undefined;
  }
  return undefined;
}

function installedFolder(): string | undefined {
  try {
    return dirname(requireFromHere.resolve(`${NAME}/package.json`));
  } catch {
    return undefined; // not installed where the bundle runs
  }
}
