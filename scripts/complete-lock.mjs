/** @file Adds to package-lock.json the other platforms' packages, which a registry mirror that lacks them makes npm leave out; npm 11's `npm ci` refuses a lock file without them. */
import { readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const { packages } = lock;

/** Node's rule: the nearest enclosing node_modules that has it. */
function located(from, name) {
  for (let at = from; ; at = at.slice(0, at.lastIndexOf("/node_modules/"))) {
    const path = at ? `${at}/node_modules/${name}` : `node_modules/${name}`;
    if (packages[path]) return path;
    if (!at.includes("/node_modules/"))
      return packages[`node_modules/${name}`] ? `node_modules/${name}` : undefined;
  }
}

/** What such names end in: [package-][binding-]os-cpu[-libc or abi]. */
function platform(name) {
  const [, os, cpu, abi] = name.match(
    /(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|aix|win32)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x|loong64|mips64el)(?:-(.+))?$/,
  );
  const libc = os !== "linux" || !abi ? undefined : abi.startsWith("musl") ? ["musl"] : ["glibc"];
  return { os: [os], cpu: [cpu], libc };
}

const added = [];
for (const [path, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (located(path, name)) continue;
    const { os, cpu, libc } = platform(name);
    const made = { version, cpu };
    if (entry.dev) made.dev = true;
    if (libc) made.libc = libc;
    if (entry.license) made.license = entry.license;
    packages[`node_modules/${name}`] = { ...made, optional: true, os };
    added.push(`${name}@${version}`);
  }
}
const [root, ...rest] = Object.keys(packages);
lock.packages = Object.fromEntries(
  [root, ...rest.sort((a, b) => a.localeCompare(b, "en"))].map((path) => [path, packages[path]]),
);
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length, "added:", added.join(" "));
