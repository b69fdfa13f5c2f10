// Makes web/static/boule.css and boule.js from the sources beside this file and govuk-frontend. Usage: node build.mjs [FOLDER]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { compile } from "sass";

const out = process.argv[2] ?? "../static";
const { css } = compile("boule.scss", { style: "compressed", loadPaths: ["node_modules"], quietDeps: true });
if (/url\(|@import|GDS Transport/.test(css)) throw new Error("the style asks for something from elsewhere");
writeFileSync(join(out, "boule.css"), css + "\n");
buildSync({
  entryPoints: ["boule.mjs"],
  outfile: join(out, "boule.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
});
