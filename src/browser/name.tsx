/**
 * The name of a person or a room as it was given: of whatever direction it is, the words around it keep theirs, and no
 * translation of the page makes another name of it.
 */
import type { Uid } from "../protocol/events.ts";
import { hueOf } from "../protocol/person-name.ts";

interface Props {
  readonly children: string;
  /** A person, whose hue it has; nothing where what is around it has that hue. */
  readonly of?: Uid;
  readonly class?: string;
  readonly title?: string;
}

export function Name({ children, of, class: looks, title }: Props) {
  return (
    <bdi translate={false} class={of === undefined ? looks : `name h${hueOf(of)}`} title={title}>
      {children}
    </bdi>
  );
}
