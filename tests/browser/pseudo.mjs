// Languages that nobody speaks, made from en.ftl: every letter with an accent, a third longer, between brackets. What on a page
// has no brackets does not come from the words file.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ENGLISH = readFileSync(new URL("../../web/words/en.ftl", import.meta.url), "utf8");
const PLAIN = "abcdeghiklnoprstuwyzACDEGHIKLNOPRSTUWYZ";
const ACCENTED = "áƀçđéǧĥíķĺñóþŕšţúŵýžÁÇĐÉǦĤÍĶĹÑÓÞŔŠŢÚŴÝŽ";

/** The same text in the language that nobody speaks. What stands in braces is left alone. */
export function pseudo(text) {
  const parts = text.split(/(\{[^{}]*\})/);
  const letters = parts.filter((part) => !part.startsWith("{")).join("").length;
  const accented = parts.map((part) => (part.startsWith("{") ? part : [...part].map((letter) => ACCENTED[PLAIN.indexOf(letter)] ?? letter).join("")));
  const longer = Array.from({ length: Math.ceil((letters * 0.35) / 5) }, () => " ~~~~").join("");
  return `⟦${accented.join("")}${longer}⟧`;
}

/** A whole words file. */
export function words(name, direction) {
  const own = { "this-language": name, "this-direction": direction };
  const line = (line) => {
    const [, key, value] = line.match(/^([a-z][\w-]*) = (.*)$/) ?? [];
    if (own[key]) return `${key} = ${own[key]}`;
    if (line === "" || line.startsWith("#") || line.trim() === "}" || key?.startsWith("this-") || value?.endsWith("->")) return line;
    if (key) return `${key} = ${pseudo(value)}`;
    const [, variant, text] = line.match(/^(\s+\*?\[\w+\] )(.*)$/) ?? [];
    if (variant) return variant + pseudo(text);
    throw new Error(`what is this line of en.ftl? ${line}`);
  };
  return ENGLISH.split("\n").map(line).join("\n");
}

/** The messages of en.ftl that stand alone: long enough to be known again, and without anything to fill in. */
export function sentences() {
  const values = ENGLISH.split("\n").map((line) => line.match(/^([a-z][\w-]*) = ([^{}]*)$/)?.[2]);
  return values.filter((value) => value && value.length > 14 && value.includes(" "));
}

/** A folder with both languages: from left to right, and from right to left. */
export function folder() {
  const made = mkdtempSync(join(tmpdir(), "boule-words-"));
  writeFileSync(join(made, "en-XA.ftl"), words("Pseudo", "ltr"));
  writeFileSync(join(made, "ar-XB.ftl"), words("Pseudo RTL", "rtl"));
  return made;
}
