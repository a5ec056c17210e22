/** Draws the app's icons from the logo: `npm run icons`. A maskable one keeps the logo in the circle no mask cuts. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { chromiumArgs } from "../support/chromium-args.ts";

const folder = join(import.meta.dirname, "..", "..", "static");
const logo = `
  <path fill="#16181d" d="M2 9.5a7.5 7.5 0 1 1 7.5 7.5H2z"/>
  <path fill="#1b4dd8" d="M22 14.5A7.5 7.5 0 1 0 14.5 22H22z"/>
  <path fill="#fdfcfb" d="M9.5 17A7.5 7.5 0 0 0 16.8 7.36 7.5 7.5 0 0 0 7.2 16.64c.72.24 1.5.36 2.3.36z"/>`;

interface Icon {
  readonly file: string;
  readonly size: number;
  /** Of the icon's width. */
  readonly logo: number;
  readonly corner: number;
}

const icons: readonly Icon[] = [
  { file: "icon-180.png", size: 180, logo: 0.68, corner: 0 },
  { file: "icon-192.png", size: 192, logo: 0.7, corner: 0.2 },
  { file: "icon-512.png", size: 512, logo: 0.7, corner: 0.2 },
  { file: "icon-maskable-512.png", size: 512, logo: 0.52, corner: 0 },
];

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: [...chromiumArgs] });
for (const { file, size, logo: share, corner } of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const edge = (24 / share - 24) / 2;
  const [from, whole] = [-edge, 24 + 2 * edge];
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>
    <svg width="${size}" height="${size}" viewBox="${from} ${from} ${whole} ${whole}">
      <rect x="${from}" y="${from}" width="${whole}" height="${whole}" rx="${whole * corner}" fill="#fdfcfb"/>${logo}
    </svg>`);
  await writeFile(join(folder, file), await page.screenshot({ omitBackground: true }));
}
await browser.close();
