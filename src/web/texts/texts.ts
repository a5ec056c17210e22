/** In which language a page is written: the one its reader likes best of those there are. English, if there is none. */
import type { Request, Response } from "express";
import { english, type Texts } from "./english.ts";
import { german } from "./german.ts";

const languages: readonly Texts[] = [english, german];

/** A cache between must not give the answer to readers of other languages. */
export function textsFor(request: Request, response: Response): Texts {
  response.vary("Accept-Language");
  const liked = request.acceptsLanguages(languages.map(({ language }) => language));
  return languages.find(({ language }) => language === liked) ?? english;
}
