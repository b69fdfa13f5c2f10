// Makes web/static/boule.css and boule.js from the sources beside this file and govuk-frontend. Usage: node build.mjs [FOLDER]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { compile } from "sass";

const out = process.argv[2] ?? "../static";
const { css: compiled } = compile("boule.scss", { style: "compressed", loadPaths: ["node_modules"], quietDeps: true });
const css = mirrored(compiled);
if (/url\(|@import|GDS Transport/.test(css)) throw new Error("the style asks for something from elsewhere");
writeFileSync(join(out, "boule.css"), css + "\n");
/** The style with "start" and "end" for left and right, so that pages written from right to left are mirrored. */
function mirrored(css) {
  const edge = { left: "start", right: "end" };
  return css
    .replace(/([{;])(margin|padding):([^;{}]+)/g, (all, before, name, value) => {
      const sides = value.match(/(?:[^\s()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+/g) ?? [];
      if (sides.length !== 4 || sides.includes("!important") || sides[1] === sides[3]) return all;
      const [top, right, bottom, left] = sides;
      return `${before}${name}:${top} ${right} ${bottom};${name}-inline:${left} ${right}`;
    })
    .replace(/([{;])(margin|padding)-(left|right):/g, (_, before, name, side) => `${before}${name}-inline-${edge[side]}:`)
    .replace(/([{;])border-(left|right)(-(?:color|style|width))?:/g, (_, before, side, part = "") => `${before}border-inline-${edge[side]}${part}:`)
    .replace(/([{;])(left|right):/g, (_, before, side) => `${before}inset-inline-${edge[side]}:`)
    .replace(/([{;])text-align:(left|right)/g, (_, before, side) => `${before}text-align:${edge[side]}`)
    .replace(/([{;])(float|clear):(left|right)/g, (all, before, name, side) => `${all};${name}:inline-${edge[side]}`);
}

buildSync({
  entryPoints: ["boule.mjs"],
  outfile: join(out, "boule.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
});
