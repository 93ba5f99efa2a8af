/** @file Draws docs/network.mmd (Mermaid, edit that) as docs/network.svg: `node scripts/draw-network.mjs`. */
import { readFileSync, writeFileSync } from "node:fs";
import { renderMermaidSVG } from "beautiful-mermaid";

const docs = new URL("../docs/", import.meta.url);
const drawn = renderMermaidSVG(readFileSync(new URL("network.mmd", docs), "utf8"));

/** Plain colours instead of the style sheet's: SVG programs know no color-mix, and it would ask the network for a font. */
const COLOURS = {
  text: "#1b2430",
  "text-sec": "#5b6675",
  "text-muted": "#5b6675",
  line: "#8b95a3",
  arrow: "#3c4654",
  "node-fill": "#f3f6f9",
  "node-stroke": "#c3cad3",
  "group-fill": "#ffffff",
  "group-hdr": "#eef1f4",
  "inner-stroke": "#e4e7eb",
};
const plain = drawn
  .replace(/<style>[\s\S]*?<\/style>/, "")
  .replace(/ style="--bg[^"]*"/, ' font-family="Inter, system-ui, sans-serif"')
  .replace(/var\(--_([a-z-]+)\)/g, (whole, name) => COLOURS[name] ?? whole);
if (/var\(/.test(plain)) throw new Error(`a colour is not known: ${plain.match(/var\([^)]*\)/)[0]}`);
const frame = plain.indexOf(">") + 1;
writeFileSync(
  new URL("network.svg", docs),
  `${plain.slice(0, frame)}<rect width="100%" height="100%" fill="#ffffff"/>${plain.slice(frame)}\n`,
);
