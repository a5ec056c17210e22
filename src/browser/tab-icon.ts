/** The page's icon with a spot and a number while there is something unread, drawn into the icon's own picture. */
const maxShown = 9;

export class TabIcon {
  readonly #link: HTMLLinkElement | null;
  readonly #plain: string;
  #picture: Promise<string> | undefined;
  #unread = 0;

  constructor(link: HTMLLinkElement | null) {
    this.#link = link;
    this.#plain = link?.href ?? "";
  }

  show(unread: number): void {
    this.#unread = unread;
    if (this.#link === null) return;
    if (unread === 0) this.#link.href = this.#plain;
    else void this.#draw(this.#link);
  }

  async #draw(link: HTMLLinkElement): Promise<void> {
    this.#picture ??= fetch(this.#plain).then((response) => response.text());
    const picture = await this.#picture.catch(() => undefined);
    // Offline, or seen meanwhile.
    if (picture === undefined) this.#picture = undefined;
    else if (this.#unread > 0)
      link.href = `data:image/svg+xml,${encodeURIComponent(marked(picture, this.#unread))}`;
  }
}

export function marked(picture: string, unread: number): string {
  const text = unread > maxShown ? `${maxShown}+` : String(unread);
  const words = `<text x="16" y="20.5" fill="#fff" font-family="sans-serif" font-size="11" font-weight="700" text-anchor="middle">${text}</text>`;
  return picture.replace("</svg>", `<circle cx="16" cy="16.5" r="8" fill="#c92a2a"/>${words}</svg>`);
}
