/**
 * Every word the page says, in the reader's language. One page speaks one language: it is chosen once, before
 * anything is drawn, and any part may say what it has to from here. English is always at hand; another language
 * is a file of its own, fetched by those who read it, and English is what is left when it cannot be.
 */
import { english, type Texts } from "./english.ts";
import { grammarOf, type Grammar } from "./grammar.ts";

export let texts: Texts = englishAs("en-GB");

export function speak(language: Texts): void {
  texts = language;
}

interface Translation {
  readonly language: string;
  readonly load: (locale: string, grammar: Grammar) => Promise<Texts>;
}

const translations: readonly Translation[] = [
  { language: "en", load: (locale, grammar) => Promise.resolve(english(locale, grammar)) },
  { language: "de", load: async (locale, grammar) => (await import("./german.ts")).german(locale, grammar) },
];

/**
 * In the first of the reader's languages that there is.
 * @param wanted language tags, as `navigator.languages` has them: the one that is found is the locale of numbers and
 * times too
 */
export async function textsFor(wanted: readonly string[]): Promise<Texts> {
  for (const locale of wanted) {
    const found = translations.find(({ language }) => language === locale.toLowerCase().split("-", 1)[0]);
    if (found === undefined) continue;
    // Words in another language are better than no page.
    return await found.load(locale, grammarOf(locale)).catch(() => englishAs("en-GB"));
  }
  // Who reads none of them counts days and hours as most of the world does.
  return englishAs("en-GB");
}

function englishAs(locale: string): Texts {
  return english(locale, grammarOf(locale));
}
