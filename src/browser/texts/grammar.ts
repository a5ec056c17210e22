/** What differs between languages beside the words: numbers, plurals and lists. */

export interface Grammar {
  readonly number: (value: number) => string;
  /** The form for so many, in the language's own classes. */
  readonly plural: (count: number, forms: Forms) => string;
  /** "Ana, Bo and Cy" */
  readonly list: (items: readonly string[]) => string;
}

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

export function grammarOf(locale: string): Grammar {
  const numbers = new Intl.NumberFormat(locale);
  const rules = new Intl.PluralRules(locale);
  const lists = new Intl.ListFormat(locale);
  return {
    number: (value) => numbers.format(value),
    plural: (count, forms) => forms[rules.select(count)] ?? forms.other,
    list: (items) => lists.format(items),
  };
}
