// The words on the page, in each language. A test holds the languages against each other and against the code.
import { en } from "./english.js";
import { es } from "./spanish.js";

export const LANGUAGES = { en: "English", es: "Español" };

export const WORDS = { en, es };

/** A number, a share in per cent or a time as people write it in `language`; text stays as it is. */
export function write(language, value) {
  if (typeof value === "number") return new Intl.NumberFormat(language, { useGrouping: "min2" }).format(value);
  if (typeof value !== "object") return String(value);
  if ("unix" in value) {
    const form = { dateStyle: "long", timeStyle: "long", timeZone: "UTC" };
    return new Intl.DateTimeFormat(language, form).format(new Date(value.unix * 1000));
  }
  const form = { minimumFractionDigits: 3, maximumFractionDigits: 3 };
  return `${new Intl.NumberFormat(language, form).format(value.whole + value.thousandths / 1000)}\u00a0%`;
}

/** The words of `key` in `language`, filled in. */
export function say(language, key, args = {}) {
  return WORDS[language][key].replace(/\{([a-z]+)\}/g, (_, name) => write(language, args[name] ?? ""));
}
