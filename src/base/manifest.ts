/**
 * @file The manifest of a model's folder, manifest.json: which bytes its files had when they were written, and, while several
 * of them are replaced together, which they will have.
 */
import { InputError } from "./errors.ts";
import { checkFormatVersion, JsonSection } from "./json-section.ts";

/** What a file's bytes are known by. */
export interface FileMark {
  /** In hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

/** A file that is written, but may not have its name yet. */
export interface StagedMark extends FileMark {
  /** What it is called until then, in the folder. */
  readonly staged: string;
}

export interface Manifest {
  /** By name in the folder: "config.json", "checkpoints/epoch-000002.safetensors". */
  readonly files: Readonly<Record<string, FileMark>>;
  /** Files that are on their way: they hold from the moment in which this stands in the manifest. */
  readonly next?: Readonly<Record<string, StagedMark>>;
}

export const MANIFEST = "manifest.json";
const FORMAT = "anygiven-manifest";
const FORMAT_VERSION = 1;
const MEND = `restore the file from a copy, or remove it, and nothing in the folder is compared with checksums any more`;

/** In the folder or in one below it, and nowhere else. */
const NAME = /^(?:checkpoints\/)?[\w-][\w.-]*$/;
const STAGED = /^(?:checkpoints\/)?\.[\w.-]+\.new$/;

export function encodeManifest(manifest: Manifest): string {
  return `${JSON.stringify({ format: FORMAT, formatVersion: FORMAT_VERSION, ...manifest }, undefined, 2)}\n`;
}

/** @param path its name, for messages. @throws InputError for a text that is none, or names files elsewhere. */
export function decodeManifest(text: string, path: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${path} is not valid JSON (cut off?): ${MEND}.`);
  }
  const section = new JsonSection(path, value, MEND);
  section.oneOf("format", [FORMAT]);
  checkFormatVersion(section.fields.formatVersion, FORMAT_VERSION, path);
  const files = marksOf(section.section("files"), readMark);
  return { files, ...(section.has("next") && { next: marksOf(section.section("next"), readStaged) }) };
}

function marksOf<Mark>(section: JsonSection, read: (mark: JsonSection) => Mark): Record<string, Mark> {
  const names = Object.keys(section.fields);
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined) throw section.wrong(wrong, "no name of a model's file");
  return Object.fromEntries(names.map((name) => [name, read(section.section(name))]));
}

function readMark(section: JsonSection): FileMark {
  const [sha256, bytes] = [section.text("sha256"), section.number("bytes")];
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw section.wrong("sha256", "not 64 hexadecimal digits");
  return { sha256, bytes };
}

function readStaged(section: JsonSection): StagedMark {
  const staged = section.text("staged");
  if (!STAGED.test(staged)) throw section.wrong("staged", "no name of a file that waits");
  return { ...readMark(section), staged };
}
