/**
 * A picture for everybody, drawn from their uid: one of eight compositions, four turns, and which tone goes where.
 * The stylesheet colours it by the person's hue, which is the colour word of their suggested name.
 */
import type { JSX } from "preact";
import type { Uid } from "../protocol/events.ts";
import { fnv1a, hueOf } from "../protocol/person-name.ts";

type Draw = () => JSX.Element;

const petals: Draw = () => (
  <>
    <path class="a1" d="M0 0h16v16A16 16 0 0 1 0 0z" />
    <path class="a2" d="M32 32H16V16a16 16 0 0 1 16 16z" />
    <circle class="a2" cx="24" cy="8" r="5" />
  </>
);
const sunrise: Draw = () => (
  <>
    <path class="a1" d="M0 32V8a24 24 0 0 1 24 24z" />
    <circle class="a2" cx="23" cy="9" r="6" />
  </>
);
const halves: Draw = () => (
  <>
    <path class="a1" d="M4 16a12 12 0 0 1 24 0z" />
    <path class="a2" d="M4 28a12 12 0 0 1 24 0z" />
  </>
);
const eclipse: Draw = () => (
  <>
    <circle class="a1" cx="16" cy="16" r="11" />
    <path class="a2" d="M16 5a11 11 0 0 1 0 22z" />
  </>
);
const target: Draw = () => (
  <>
    <circle class="a1" cx="12" cy="20" r="16" />
    <circle class="a0" cx="12" cy="20" r="10" />
    <circle class="a2" cx="12" cy="20" r="5" />
  </>
);
const fold: Draw = () => (
  <>
    <path class="a1" d="M0 0l32 32H0z" />
    <circle class="a2" cx="20" cy="12" r="7" />
  </>
);
const leaves: Draw = () => (
  <>
    <path class="a1" d="M0 16A16 16 0 0 1 16 0v16z" />
    <path class="a2" d="M16 16h16a16 16 0 0 1-16 16z" />
    <path class="a1" d="M16 0h16v16z" />
  </>
);
const steps: Draw = () => (
  <>
    <path class="a1" d="M0 32V16h16v16z" />
    <path class="a2" d="M16 32a16 16 0 0 1 16-16v16z" />
    <circle class="a1" cx="24" cy="8" r="4" />
    <path class="a2" d="M0 16V8a8 8 0 0 1 8 8z" />
  </>
);
const compositions = [petals, sunrise, halves, eclipse, target, fold, leaves, steps];

export function Avatar({ uid }: { readonly uid: Uid }) {
  const hash = fnv1a(uid);
  // Bits that neither the hue nor the suggested name is taken from, so that look and name vary apart.
  const Composition = compositions[(hash >>> 16) % compositions.length] ?? petals;
  const turn = ((hash >>> 20) % 4) * 90;
  const swap = (hash >>> 24) % 2 === 1 ? " av-swap" : "";
  return (
    <svg class={`av h${hueOf(uid)}${swap}`} viewBox="0 0 32 32" aria-hidden="true">
      <rect class="a0" width="32" height="32" />
      <g transform={`rotate(${turn} 16 16)`}>
        <Composition />
      </g>
    </svg>
  );
}
