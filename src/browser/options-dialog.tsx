/** What one may want of a room now and then: to be told what is said, to show it on a screen, to take it along. */
import { useSignal } from "@preact/signals";
import { hasNotifications, levels, mayNotify, type Alerts, type Level } from "./alerts.ts";
import { Icon } from "./icon.tsx";
import type { InstallOffer } from "./install-offer.ts";
import { Modal } from "./modal.tsx";
import { texts } from "./texts/texts.ts";

/** Makes the levels one choice. */
const group = levels.join("-");

interface Props {
  readonly alerts: Alerts;
  readonly install: InstallOffer;
  readonly exportUrl: string;
  readonly onShare: () => void;
  readonly onProject: () => void;
  readonly onKeys: () => void;
  readonly onClose: () => void;
}

export function OptionsDialog({ alerts, install, exportUrl, onShare, onProject, onKeys, onClose }: Props) {
  const words = texts.being.options;
  return (
    <Modal title={words.title} class="share options" onClose={onClose}>
      {hasNotifications() && <Levels alerts={alerts} />}
      <label class="choice">
        <input
          type="checkbox"
          checked={alerts.hasSound.value}
          disabled={alerts.level.value === "none" && mayNotify()}
          onChange={({ currentTarget }) => alerts.chooseSound(currentTarget.checked)}
        />
        {words.sound}
      </label>
      <ul class="do">
        <li>
          <button type="button" class="do-line" onClick={onShare}>
            <Icon name="qr" />
            {texts.room.link.share}
          </button>
        </li>
        <li>
          <button type="button" class="do-line" aria-keyshortcuts="?" onClick={onKeys}>
            <Icon name="keyboard" />
            {words.keys}
          </button>
        </li>
        <li>
          <button type="button" class="do-line" onClick={onProject}>
            <Icon name="screen" />
            {words.project}
          </button>
        </li>
        {install.isThere.value && (
          <li>
            <button type="button" class="do-line" onClick={() => install.take()}>
              <Icon name="open" />
              {words.install}
            </button>
          </li>
        )}
        <li>
          <a class="do-line" href={`${exportUrl}?format=md`} download>
            <Icon name="export" />
            {words.exportText}
          </a>
        </li>
        <li>
          <a class="do-line" href={`${exportUrl}?format=json`} download>
            <Icon name="export" />
            {words.exportData}
          </a>
        </li>
      </ul>
    </Modal>
  );
}

function Levels({ alerts }: { readonly alerts: Alerts }) {
  const words = texts.being.options;
  const isBlocked = useSignal(Notification.permission === "denied");
  const choose = async (level: Level) => {
    alerts.choose(level);
    // The browser asks the person only because they have just asked for it.
    if (level !== "none") isBlocked.value = (await Notification.requestPermission()) === "denied";
    if (isBlocked.value) alerts.choose("none");
  };
  return (
    <fieldset class="choices">
      <legend>{words.notify}</legend>
      {levels.map((level) => (
        <label key={level} class="choice">
          <input
            type="radio"
            name={group}
            checked={alerts.level.value === level}
            disabled={isBlocked.value && level !== "none"}
            onChange={() => void choose(level)}
          />
          {words.levels[level]}
        </label>
      ))}
      <p class="hint" role="status">
        {isBlocked.value ? words.blocked : words.whileOpen}
      </p>
    </fieldset>
  );
}
