/** The part of d3-dsv that is used; it comes without types. */
declare module "d3-dsv" {
  export function csvParseRows(text: string): string[][];
}
