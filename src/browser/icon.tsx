/** The page's icons: drawn for a 20 px box, in the colour of the text around them, silent to a screen reader. */
const drawings = {
  alert: "M10 3.25 17.5 16.25h-15zM10 8.25v3.5m0 2.25v.05",
  check: "m4 10.75 4 4 8-9.25",
  clock: "M16.75 10a6.75 6.75 0 1 1-13.5 0 6.75 6.75 0 0 1 13.5 0zM10 6.25V10l2.5 1.75",
  close: "m5 5 10 10M15 5 5 15",
  copy: "M9.25 7.25h5.5a2 2 0 0 1 2 2v5.5a2 2 0 0 1-2 2h-5.5a2 2 0 0 1-2-2v-5.5a2 2 0 0 1 2-2zM13 4.9a1.75 1.75 0 0 0-1.65-1.65H5a1.75 1.75 0 0 0-1.75 1.75v6.35c0 .9.75 1.6 1.65 1.65",
  down: "M10 3.75V16M4.9 11 10 16.1l5.1-5.1",
  offline:
    "M2.75 8.25a10.4 10.4 0 0 1 3.5-2.3M9.5 5.25a10.3 10.3 0 0 1 7.75 3M5.5 11.25A6.4 6.4 0 0 1 8.75 9.5m3.5.4a6.4 6.4 0 0 1 2.25 1.35M10 14.75v.05M3.5 3.5l13 13",
  retry: "M16.25 8.25A6.6 6.6 0 1 0 16.5 11.5M16.5 4v4.25h-4.25",
  send: "M10 16.25V4M4.9 9 10 3.9 15.1 9",
  trash:
    "M3.5 5.5h13M8 5.25v-2h4v2M5.2 5.75l.65 9.6a1.5 1.5 0 0 0 1.5 1.4h5.3a1.5 1.5 0 0 0 1.5-1.4l.65-9.6M8.5 9v4.25M11.5 9v4.25",
  unlock:
    "M6.25 8.75h7.5a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-7.5a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2zM7 8.75V5.9a3 3 0 0 1 5.75-1.2",
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={drawings[name]} />
    </svg>
  );
}
