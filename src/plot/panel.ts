/** @file One coordinate system with its marks, drawn by Observable Plot without a browser. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { FONT_FAMILY, FONT_SIZE, type Theme } from "./theme.ts";

/** A piece of a figure, at home in its own width and height. */
export interface Panel {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

const { document } = parseHTML("<html><body></body></html>");

/**
 * Draws marks in a coordinate system. `options` are Observable Plot's, but for title, caption and legends, which
 * figure.ts and ramp-panel.ts draw.
 */
export function panel(theme: Theme, { width, height }: PanelSize, options: Plot.PlotOptions): Panel {
  const drawn = Plot.plot({
    document: document as unknown as Document,
    marginTop: 8,
    marginRight: 18,
    marginBottom: 40,
    marginLeft: 68,
    ...options,
    width,
    height,
    style: { fontFamily: FONT_FAMILY, fontSize: `${FONT_SIZE}px`, color: theme.text },
  }) as unknown as { readonly tagName: string; readonly outerHTML: string };
  if (drawn.tagName.toLowerCase() !== "svg") throw new Error("a panel can't have a title, caption or legend");
  return { svg: plainSvg(drawn.outerHTML, theme), width, height };
}

export interface PanelSize {
  readonly width: number;
  readonly height: number;
}

/**
 * What any SVG program understands, and the same in every run: without Plot's style sheet (resvg knows no
 * variables), with two decimals, its clip paths named by what they are.
 */
function plainSvg(markup: string, theme: Theme): string {
  const plain = markup
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .replaceAll("var(--plot-background)", theme.background)
    .replace(/ style="[^"]*"/, ` color="${theme.text}"`)
    .replace(/ class="[^"]*"/, "")
    .replace(/ font-family="[^"]*"/, ` font-family="${FONT_FAMILY}"`)
    .replace(/ font-size="[^"]*"/, ` font-size="${FONT_SIZE}"`)
    .replace(/<[^>]+>/g, (tag) =>
      tag
        .replace(PLACES, (attribute) => attribute.replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/g, notFarOff))
        .replace(/-?\d+\.\d{3,}(e-?\d+)?/g, twoDecimals),
    );
  return namedClips(plain);
}

/** Where marks lie. */
const PLACES = / (d|x|y|x1|x2|y1|y2|cx|cy|width|height|points|transform)="[^"]*"/g;
/** Pixels beyond any picture: what lies farther off is drawn there, for renderers to PNG fall over far places. */
const FAR_OFF = 20_000;

const notFarOff = (number: string) =>
  Math.abs(Number(number)) <= FAR_OFF ? number : String(Math.sign(Number(number)) * FAR_OFF);

const twoDecimals = (number: string) => String(Number(Number(number).toFixed(2)) + 0);

/** Plot counts clip paths through a whole process; here each is named by what it cuts. */
function namedClips(svg: string): string {
  const names = new Map<string, string>();
  for (const [, id, inside] of svg.matchAll(/<clipPath id="([^"]+)">([\s\S]*?)<\/clipPath>/g)) {
    names.set(id, `clip${inside.replace(/[^\d.]+/g, "-")}`);
  }
  const named = (id: string) => names.get(id) ?? id;
  return svg
    .replace(/ id="([^"]+)"/g, (_, id: string) => ` id="${named(id)}"`)
    .replace(/url\(#([^)]+)\)/g, (_, id: string) => `url(#${named(id)})`);
}
