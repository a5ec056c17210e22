/** A link as a code to scan, dark on light in both themes; drawn by a part of the page that is loaded for it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { QrCode } from "./qr.ts";
import { texts } from "./texts/texts.ts";

/** What the standard asks for around a code; readers miss it with less. */
const quietModules = 4;

type Drawing = { readonly state: "loading" | "failed" } | { readonly state: "drawn"; readonly code: QrCode };

export function QrCard({ link }: { readonly link: string }) {
  const drawing = useSignal<Drawing>({ state: "loading" });
  useEffect(() => {
    import("./qr.ts").then(
      ({ qrCode }) => (drawing.value = { state: "drawn", code: qrCode(link) }),
      () => (drawing.value = { state: "failed" }),
    );
  }, []);
  if (drawing.value.state === "failed") {
    return <p class="share-none">{texts.room.link.noCode}</p>;
  }
  return <div class="qr-card">{drawing.value.state === "drawn" && <Drawn code={drawing.value.code} />}</div>;
}

function Drawn({ code: { size, path } }: { readonly code: QrCode }) {
  const whole = size + 2 * quietModules;
  return (
    <svg
      class="qr"
      viewBox={`-${quietModules} -${quietModules} ${whole} ${whole}`}
      shape-rendering="crispEdges"
      role="img"
      aria-label={texts.room.link.code}
    >
      <path d={path} />
    </svg>
  );
}
