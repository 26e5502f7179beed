import { signal } from "@preact/signals";
import { href, page, params, zone, zoneQuery } from "../router";
import { trouble } from "../api/client";
import { status } from "../state/server";
import { nextTheme, theme } from "../state/settings";
import { Icon, Logo, type IconName } from "./icons";
import { Button, Text } from "./parts";

export const showsKeys = signal(false);

const PAGES: [string, string, IconName][] = [
  ["", "Explore", "explore"],
  ["changes", "Changes", "changes"],
  ["before", "Before", "before"],
  ["status", "Status", "status"],
];

function isCurrent(path: string): boolean {
  return page.value === (path || "explore");
}

function PageLinks({ withIcons }: { withIcons: boolean }) {
  return (
    <>
      {PAGES.map(([path, name, icon]) => (
        <a key={name} href={href(path, zoneQuery())} aria-current={isCurrent(path) ? "page" : undefined}>
          {withIcons && <Icon name={icon} />}{name}
        </a>
      ))}
    </>
  );
}

export function TopBar() {
  return (
    <header class="top-bar">
      <a class="brand" href={href("", zoneQuery())}><Logo />Tidings</a>
      <nav aria-label="Pages"><PageLinks withIcons={false} /></nav>
      <Pulse />
      <Button isIconOnly icon={theme.value === "dark" ? "moon" : theme.value === "light" ? "sun" : "auto"}
        label={`Colours: ${theme.value}`} onClick={nextTheme} />
      <button type="button" class="button icon-only wide-only" aria-label="Keys" title="Keys (?)"
        onClick={() => {
          showsKeys.value = true;
        }}><kbd>?</kbd></button>
    </header>
  );
}

/// Below 640 px: where a thumb is.
export function BottomBar() {
  return <nav class="bottom-bar" aria-label="Pages"><PageLinks withIcons /></nav>;
}

/// Whether the server answers, and how much comes in.
function Pulse() {
  if (trouble.value) {
    return <span class="pulse lost" role="status"><i />{trouble.value.status === 0 ? "no answer from the server" : trouble.value.title}</span>;
  }
  const tz = params.value.get("tz") ?? "";
  if (tz !== zone.value) {
    return <span class="pulse lost" role="status"><i /><span>There is no zone <Text>{tz}</Text>: times are by your clock</span></span>;
  }
  const now = status.value;
  if (!now) return <span class="pulse" />;
  const rate = now.receivers.reduce((sum, receiver) => sum + receiver.reports_per_second.now, 0);
  const text = now.store.events === 0 ? "listening, nothing yet" : `${rate.toFixed(1)} reports/s`;
  return <span class="pulse"><i />{text}</span>;
}

const KEYS: [string[], string][] = [
  [["/"], "search"], [["j", "k"], "rows"], [["Home", "End"], "newest, oldest"], [["⏎"], "open"], [["Esc"], "close"], [[",", "."], "along a lane"],
  [["w", "s"], "zoom"], [["a", "d"], "pan"], [["f"], "fit selection"], [["[", "]"], "shift window"], [["⌫"], "zoom back"],
  [["t"], "live"], [["c"], "copy link"], [["x"], "exclude"], [["p"], "pin lane"], [["?"], "this list"],
];

export function KeyList() {
  if (!showsKeys.value) return null;
  const close = (): void => {
    showsKeys.value = false;
  };
  return (
    <div class="overlay" onClick={close}>
      <div class="sheet" role="dialog" aria-label="Keys" aria-modal="true" tabIndex={-1}
        ref={(element) => element?.focus()} onClick={(event) => event.stopPropagation()}
        onKeyDown={(event) => {
          if (event.key === "Escape" || event.key === "?") {
            event.stopPropagation();
            close();
          }
        }}>
        <header><h2>Keys</h2><Button icon="close" label="Close" isIconOnly onClick={close} /></header>
        <ul class="key-list">
          {KEYS.map(([keys, what]) => (
            <li key={what}><span class="keys">{keys.map((key) => <kbd key={key}>{key}</kbd>)}</span>{what}</li>
          ))}
        </ul>
        <p class="faint">Drag zooms, Shift-drag pans, Ctrl and the wheel zoom at the pointer. On a facet, Alt-click excludes.</p>
      </div>
    </div>
  );
}
