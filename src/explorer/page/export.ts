/** @file What the page shows as files: a picture of the strips (SVG, PNG), and the densities as CSV. */
import type { ModelColumn } from "../../columns/encoding.ts";
import { kindOf } from "../../columns/kinds.ts";
import { type Axis, evenPositions, unitsPerStep, valueAt } from "./axis.ts";
import type { Curves } from "./messages.ts";

/** Offers a file to be saved. */
export function save(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * The densities in long form: a row for each point of each column (density per data unit), point mass and name (probability).
 * Given columns have none.
 */
export function csvOf(
  columns: readonly ModelColumn[],
  axes: Readonly<Record<string, Axis>>,
  { curves, given }: Curves,
): string {
  const lines = ["column,value,density,probability"];
  for (const { name, encoding } of columns) {
    const curve = curves[name];
    if (!curve || Object.hasOwn(given, name)) continue;
    if (curve.kind === "category") {
      for (const [i, each] of curve.categories.entries())
        lines.push([cell(name), cell(each), "", curve.probabilities[i]].join(","));
      continue;
    }
    const kind = kindOf(encoding);
    const text = (value: number) =>
      kind.isText ? kind.write(value, {}) : String(Number(value.toPrecision(8)));
    evenPositions(curve.density.length).forEach((position, i) => {
      const value = valueAt(axes[name], position);
      const density = curve.density[i] / unitsPerStep(axes[name], value);
      lines.push([cell(name), text(value), Number(density.toPrecision(6)), ""].join(","));
    });
    for (const { value, probability } of curve.pointMasses)
      lines.push([cell(name), text(value), "", Number(probability.toPrecision(6))].join(","));
  }
  return `${lines.join("\n")}\n`;
}

const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What of an element's style a picture takes along: an SVG by itself has no style sheet. */
const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
];

const GAP = 6;
const LABEL = 130;

/**
 * One picture of several plots of the page, one beneath the other, each with a text on its left.
 * @param plots those of names are no SVG and are left out.
 */
export function svgOf(
  title: string,
  plots: readonly { readonly label: string; readonly plot: SVGSVGElement }[],
): string {
  const styles = getComputedStyle(document.body);
  const [ink, paper] = [
    styles.color,
    getComputedStyle(document.documentElement).getPropertyValue("--paper") || "white",
  ];
  const sizes = plots.map(({ plot }) => plot.getBoundingClientRect());
  const width = LABEL + Math.max(...sizes.map((each) => each.width)) + 16;
  const font = `font-family="${styles.fontFamily.replaceAll('"', "'")}" fill="${ink}"`;
  let top = 40;
  const parts = plots.map(({ label, plot }, i) => {
    const copy = styled(plot);
    copy.setAttribute("x", String(LABEL));
    copy.setAttribute("y", String(top));
    copy.setAttribute("width", String(sizes[i].width));
    copy.setAttribute("height", String(sizes[i].height));
    const text = `<text x="12" y="${top + sizes[i].height / 2}" font-size="14" font-weight="600" ${font}>${escaped(label)}</text>`;
    top += sizes[i].height + GAP;
    return text + new XMLSerializer().serializeToString(copy);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top + 10}" viewBox="0 0 ${width} ${top + 10}"><rect width="100%" height="100%" fill="${paper}"/><text x="12" y="24" font-size="15" ${font}>${escaped(title)}</text>${parts.join("")}</svg>`;
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

function styled(plot: SVGSVGElement): SVGSVGElement {
  const copy = plot.cloneNode(true) as SVGSVGElement;
  const [from, to] = [[...plot.querySelectorAll("*")], [...copy.querySelectorAll("*")]];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const each of STYLES) to[i].setAttribute(each, style.getPropertyValue(each));
    to[i].removeAttribute("class");
  });
  for (const each of ["class", "role", "tabindex"]) copy.removeAttribute(each);
  copy.querySelector("title")?.remove();
  return copy;
}

/** The picture in pixels, twice as fine as on the screen. */
export async function pngOf(svg: string): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * image.width, 2 * image.height];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) =>
      canvas.toBlob(
        (made) => (made ? done(made) : failed(new Error("the picture can't be made"))),
        "image/png",
      ),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}
