/**
 * The look of what is loaded later (parts.css): one stylesheet, asked for with the first such part, which is shown only
 * when it is here. What could not be had is asked for again the next time.
 */

/** Put in by the build: the stylesheet's name, beside the script's. */
declare const partsStyle: string;

let asked: Promise<void> | undefined;

export function partsStyleHere(): Promise<void> {
  return (asked ??= ask());
}

function ask(): Promise<void> {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(partsStyle, import.meta.url).href;
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      asked = undefined;
      link.remove();
      reject(new Error(link.href));
    };
    document.head.append(link);
  });
}
