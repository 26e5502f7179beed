import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Event } from "../api/types";
import { messageOf, nameOf, shortInstance, shown } from "../event_text";
import { eventHref, zone } from "../router";
import { serverNow } from "../state/server";
import { clockText, dayText, isoText, msText, zoneText } from "../time/zone";
import { EventGlyph, Swatch } from "./glyph";
import { Icon, type IconName } from "./icons";

/// Small parts that several pages are made of.

/// What was just done, for a moment at the bottom of the page.
export const toast = signal("");
let toastTimer = 0;
export function say(text: string): void {
  toast.value = text;
  window.clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => {
    toast.value = "";
  }, 2500);
}

export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied`);
  } catch {
    // Without TLS there is no clipboard for pages: the old way still works there.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    say(done ? `${what} copied` : "The browser does not let this page copy");
  }
}

interface ButtonProps {
  icon?: IconName;
  label: string;
  onClick: () => void;
  isPrimary?: boolean;
  isIconOnly?: boolean;
  isPressed?: boolean;
  title?: string;
  children?: ComponentChildren;
}

export function Button(props: ButtonProps) {
  const kind = props.isIconOnly ? "button icon-only" : "button";
  return (
    <button type="button" class={props.isPrimary ? `${kind} primary` : kind} onClick={props.onClick}
      title={props.title ?? (props.isIconOnly ? props.label : undefined)}
      aria-label={props.isIconOnly ? props.label : undefined} aria-pressed={props.isPressed}>
      {props.icon && <Icon name={props.icon} />}
      {!props.isIconOnly && props.label}
      {props.children}
    </button>
  );
}

/// A panel below the button that opens it; closes on Escape and on what happens elsewhere.
export function Popover({ label, button, children, kind = "", isIconOnly = false, onOpen }: {
  label: string;
  isIconOnly?: boolean;
  button: ComponentChildren;
  children: (close: () => void) => ComponentChildren;
  kind?: string;
  onOpen?: () => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    opener.current?.focus();
  };
  useEffect(() => {
    if (!isOpen) return undefined;
    root.current?.querySelector<HTMLElement>(".popover button, .popover input")?.focus();
    const leave = (event: globalThis.Event): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", leave);
    return () => document.removeEventListener("pointerdown", leave);
  }, [isOpen]);
  return (
    <div class={`popover-root ${kind}`} ref={root}
      onKeyDown={(event) => {
        if (event.key === "Escape" && isOpen) {
          event.stopPropagation();
          close();
        }
      }}>
      <button type="button" class="button" ref={opener} aria-label={isIconOnly ? label : undefined} title={label}
        aria-haspopup="dialog" aria-expanded={isOpen}
        onClick={() => {
          if (!isOpen) onOpen?.();
          setOpen(!isOpen);
        }}>
        {button}
      </button>
      {isOpen && <div class="popover" role="dialog" aria-label={label}>{children(close)}</div>}
    </div>
  );
}

export function Tabs({ names, children }: { names: string[]; children: (name: string) => ComponentChildren }) {
  const [shown, show] = useState(names[0]!);
  const step = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.stopPropagation();
    const next = names[(names.indexOf(shown) + by + names.length) % names.length]!;
    show(next);
    const tabs = (event.currentTarget as HTMLElement).querySelectorAll("button");
    tabs[names.indexOf(next)]?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" onKeyDown={step}>
        {names.map((name) => (
          <button type="button" role="tab" key={name} aria-selected={name === shown}
            tabIndex={name === shown ? 0 : -1} onClick={() => show(name)}>
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={shown}>{children(shown)}</div>
    </>
  );
}

export function Code({ text }: { text: string }) {
  return (
    <div class="code">
      <pre tabIndex={0} aria-label="Code">{shown(text)}</pre>
      <Button icon="copy" label="Copy" onClick={() => void copy(text, "The code is")} />
    </div>
  );
}

/// One of several, as buttons in a row.
export function Choice({ label, options, value, onPick }: {
  label: string;
  options: [string, string][];
  value: string;
  onPick: (value: string) => void;
}) {
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map(([key, text]) => (
        <button type="button" key={key} aria-pressed={key === value} onClick={() => onPick(key)}>{text}</button>
      ))}
    </div>
  );
}

/// `02:47:12.431`, the milliseconds faint, all of it on hover.
export function Time({ at, withMs = true, withDay = false }: { at: number | null; withMs?: boolean; withDay?: boolean }) {
  if (at === null) return <span class="faint">unknown</span>;
  return (
    <time title={isoText(at, zone.value)}>
      {withDay && `${dayText(at, zone.value, serverNow())} `}
      {clockText(at, zone.value)}
      {withMs && <span class="faint">{msText(at)}</span>}
      {withDay && <span class="faint"> {zoneText(at, zone.value)}</span>}
    </time>
  );
}

/// Text from outside in one line; direction marks inside it reach no further.
export function Text({ children }: { children: string }) {
  return <bdi>{shown(children)}</bdi>;
}

export function Source({ event }: { event: Event }) {
  const { service, instance } = event.source;
  return (
    <span class="source">
      <Swatch of={service} />
      <Text>{service || "no service"}</Text>
      {instance !== "" && (
        <span class="faint" title={instance}> / <Text>{shortInstance(instance, service)}</Text></span>
      )}
    </span>
  );
}

/// The message with the values of its parameters set off.
export function Message({ event }: { event: Event }) {
  const parts = event.message.split(/(\{[^{}]+\})/);
  if (parts.length > 200) return <Text>{messageOf(event)}</Text>;
  return (
    <bdi>
      {parts.map((part) => {
        const value = /^\{.+\}$/.test(part) ? event.parameters[part.slice(1, -1)] : undefined;
        return value === undefined ? shown(part) : <b>{shown(String(value))}</b>;
      })}
    </bdi>
  );
}

/// Neighbours of an event in time, each a link to itself.
export function Neighbours({ events, current }: { events: readonly Event[]; current: string }) {
  return (
    <ul class="neighbours">
      {events.map((event) => (
        <li key={event.id} class={event.id === current ? "current" : ""}>
          <a href={eventHref(event.id)}>
            <Time at={event.start ?? event.end} withMs={false} />
            <EventGlyph event={event} />
            <span class={event.type === "Error" ? "name error" : "name"}>
              <Text>{nameOf(event)}</Text>
              {event.source.instance !== "" && (
                <span class="faint"> / <Text>{shortInstance(event.source.instance, event.source.service)}</Text></span>
              )}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

export function SkeletonLines({ count }: { count: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: count }, (_, i) => <i key={i} class={`w${i % 5}`} />)}
    </div>
  );
}
