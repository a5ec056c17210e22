/**
 * Takes what somebody types between asking for a field and its being there: the part of the page it is in may have to
 * be loaded first, and the words would go into the message they are writing.
 */
export class EarlyWords {
  #opener: Element | null = null;
  #field: HTMLInputElement | undefined;

  get isTaking(): boolean {
    return this.#field !== undefined;
  }

  /** @param label of the field that is asked for */
  take(label: string): void {
    if (this.#field !== undefined) return;
    this.#opener = document.activeElement;
    const field = document.createElement("input");
    field.className = "sr";
    field.setAttribute("aria-label", label);
    this.#field = field;
    document.body.append(field);
    field.focus();
  }

  /** Gives the focus back to where it was. @returns what was typed */
  give(): string {
    const field = this.#field;
    if (field === undefined) return "";
    const hasFocus = field === document.activeElement;
    this.#field = undefined;
    field.remove();
    if (hasFocus && this.#opener instanceof HTMLElement) this.#opener.focus();
    return field.value;
  }
}
