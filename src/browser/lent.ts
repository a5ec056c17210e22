/**
 * Lends the page's own Preact and its language to the parts that are loaded later, which are built apart from it
 * (web/build-page.ts has the same names): a hook of a second Preact would not know the components of the first.
 */
import { computed, effect, signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Fragment, jsx, jsxs } from "preact/jsx-runtime";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";
import { MessageText } from "./message-text.tsx";
import { texts } from "./texts/texts.ts";

export const lent = {
  "preact/jsx-runtime": { Fragment, jsx, jsxs },
  "preact/hooks": { useEffect, useLayoutEffect, useMemo, useRef, useState },
  "@preact/signals": { computed, effect, signal, useComputed, useSignal, useSignalEffect },
  "texts/texts.ts": {
    /** As it is spoken when a part is loaded. */
    get texts() {
      return texts;
    },
  },
  "avatar.tsx": { Avatar },
  "icon.tsx": { Icon },
  "message-text.tsx": { MessageText },
};

export function lend(): void {
  Object.assign(globalThis, { confabLent: lent });
}
