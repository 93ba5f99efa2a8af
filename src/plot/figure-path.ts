/** @file The names of pictures' files. */
import { InputError } from "../base/errors.ts";

/** @throws InputError unless the ending is one that writeFigure knows: before the work, not after it. */
export function checkFigurePath(path: string): void {
  if (!/\.(svg|png)$/i.test(path)) throw new InputError(`A picture is .svg or .png; ${path} is neither.`);
}
