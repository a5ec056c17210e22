/** Every key there is, so that nobody has to find one by chance. */
import { Modal } from "./modal.tsx";
import { texts } from "./texts/texts.ts";

/** As `aria-keyshortcuts` writes them: alternatives apart by a space, keys pressed together joined by "+". */
const keys = {
  write: { send: "Enter", break: "Shift+Enter", editLast: "ArrowUp", mention: "@", emoji: ":", command: "/" },
  read: { step: "ArrowUp ArrowDown", first: "Home", newest: "End", back: "Escape" },
  message: { react: "E", reply: "R", link: "L", delete: "Delete" },
  anywhere: { search: "Control+K /", keys: "?" },
} as const;

const signs: Readonly<Record<string, string>> = {
  Enter: "↵",
  Shift: "⇧",
  ArrowUp: "↑",
  ArrowDown: "↓",
};

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const words = texts.being.keys;
  const { write, read, message, anywhere } = keys;
  return (
    <Modal title={words.title} class="share keys-dialog" onClose={onClose}>
      <div class="keys">
        <Keys title={words.write.title} keys={write} words={words.write} />
        <Keys title={words.read.title} keys={read} words={words.read} />
        <Keys title={words.message.title} keys={message} words={words.message} />
        <Keys title={words.anywhere.title} keys={anywhere} words={words.anywhere} />
      </div>
    </Modal>
  );
}

interface KeysProps<Name extends string> {
  readonly title: string;
  readonly keys: Readonly<Record<Name, string>>;
  readonly words: Readonly<Record<NoInfer<Name>, string>>;
}

function Keys<Name extends string>({ title, keys, words }: KeysProps<Name>) {
  const names = Object.keys(keys) as Name[];
  return (
    <section>
      <h3 class="label">{title}</h3>
      <dl>
        {names.map((name) => (
          <div key={name}>
            <dt>{words[name]}</dt>
            <dd data-keys={keys[name]}>
              {keys[name].split(" ").map((together) => (
                <span key={together}>
                  {together.split("+").map((key) => (
                    <KeyCap key={key} name={key} />
                  ))}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** An arrow is seen as its sign and heard as its word. */
function KeyCap({ name }: { readonly name: string }) {
  const words: Readonly<Record<string, string>> = texts.being.keys.caps;
  const isMac = /^(?:Mac|iP)/.test(navigator.platform);
  const { [name]: word = name } = words;
  const sign = name === "Control" && isMac ? "⌘" : signs[name];
  if (sign === undefined) return <kbd>{word}</kbd>;
  return (
    <kbd>
      <span aria-hidden="true">{sign}</span>
      <span class="sr">{name === "Control" ? "Command" : word}</span>
    </kbd>
  );
}
