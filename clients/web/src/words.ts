/** The component's own words. English is always here; other languages load when an alert needs them. */
import { bundled, loaders } from "forewarn:words";
import type { Words } from "./alert.js";
import { text } from "./read.js";

const here: Record<string, Words> = { ...bundled };

export const LANGUAGES: readonly string[] = Object.freeze(Object.keys({ ...bundled, ...loaders }).sort());

/** The closest language with words: the tag itself, then without its region (Chinese regions by their script), then English. */
export function languageOf(tag: string): string {
  const parts = text(tag).split("-");
  if (parts[0] === "zh" && !/^Han[st]$/.test(parts[1] ?? ""))
    parts.splice(1, 0, /^(TW|HK|MO)$/.test(parts[1] ?? "") ? "Hant" : "Hans");
  for (; parts.length; parts.pop()) if (LANGUAGES.includes(parts.join("-"))) return parts.join("-");
  return "en";
}

/** The words among what a page gives in their place: a missing translation takes no word away. */
export const replaced = (given: object): Partial<Words> =>
  Object.fromEntries(Object.entries(given).filter(([, own]) => typeof own === "string"));

export const wordsNow = (tag: string): Words => here[languageOf(tag)] ?? (bundled["en"] as Words);

/** Loads the words of a language unless they are here. True if they came, so that a redraw shows them. */
export async function loadWords(tag: string): Promise<boolean> {
  const language = languageOf(tag);
  const load = here[language] ? undefined : loaders[language];
  if (!load) return false;
  try {
    here[language] = (await load()).default;
    return true;
  } catch {
    console.warn(`<forewarn-alert>: no words/${language}.js`);
    return false;
  }
}
