// Makes verify.html of src/: one file with style, script and a policy that allows nothing else.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { buildSync } from "esbuild";

const here = (path) => new URL(path, import.meta.url).pathname;
const source = (name) => readFileSync(here(`src/${name}`), "utf8");

const bundle = buildSync({
  entryPoints: [here("src/main.js")],
  bundle: true,
  write: false,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  loader: { ".txt": "text" },
  minify: true,
  legalComments: "none",
});
// Inside a page nothing in a script may look like the script's end.
const code = `${bundle.outputFiles[0].text.trim().replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--")}\n`;
const style = `\n${source("page.css")}`;

// The libraries in the bundle ask for their licence to be kept with it.
const licence = (name) => `${name}\n\n${readFileSync(here(`node_modules/${name}/LICENSE`), "utf8").trim()}\n`;
const licences = `\n${["@noble/curves", "@noble/hashes", "fflate"].map(licence).join("\n")}`;

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const policy = [
  "default-src 'none'",
  `script-src ${hash(code)}`,
  `style-src ${hash(style)}`,
  "worker-src blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const parts = { POLICY: policy, STYLE: style, CODE: code, LICENCES: licences };
const page = source("page.html").replace(/POLICY|STYLE|CODE|LICENCES/g, (name) => parts[name]);
const out = process.argv[2] ?? here("verify.html");
writeFileSync(out, page);
console.log(`${out}: ${Buffer.byteLength(page)} bytes`);
