/** @file What is installed with the package: licences that allow it, exact versions, no install script that nobody looked at. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), "utf8"));
const own = read("package.json");
const locked = Object.entries(read("package-lock.json").packages as Record<string, Locked>)
  .filter(([path]) => path !== "")
  .map(([path, about]) => ({ ...about, name: path.slice(path.lastIndexOf("node_modules/") + 13) }));
const installed = locked.filter(({ dev, devOptional }) => !dev && !devOptional);

/** Permissive ones, and MPL-2.0, which binds changes of its own files alone. */
const ALLOWED = [
  ...["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "BlueOak-1.0.0", "Unlicense"],
  ...["(Apache-2.0 AND BSD-3-Clause)", "(MIT OR CC0-1.0)"],
];
/** Licences in words: h5wasm's is NIST's (public domain) with HDF5's own, of the kind of BSD. */
const READ_BY_HAND = ["h5wasm"];

test("licences allow what is done with them", () => {
  const others = installed.filter(
    ({ name, license = "none" }) => !ALLOWED.includes(license) && !READ_BY_HAND.includes(name),
  );
  expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  expect(installed.length).toBeGreaterThan(50);
});

test("versions are exact", () => {
  const versions = Object.entries({ ...own.dependencies, ...own.devDependencies });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)))).toEqual([]);
});

test("install scripts are none of ours, and of others only those that are switched off", () => {
  for (const script of ["preinstall", "install", "postinstall"])
    expect(own.scripts).not.toHaveProperty(script);
  const off = Object.entries(own.allowScripts).filter(([, isAllowed]) => isAllowed === false);
  const names = off.map(([name]) => name);
  const unseen = locked.filter(({ name, hasInstallScript }) => hasInstallScript && !names.includes(name));
  expect(unseen.map(({ name }) => name)).toEqual([]);
});
