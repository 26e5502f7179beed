import { useEffect, useRef, useState } from "preact/hooks";
import { get, isCancelled, type ApiError } from "../api/client";
import type { Facets, FacetValue } from "../api/types";
import { numberText } from "../event_text";
import { change, viewState } from "../router";
import { asked, rows } from "../state/explore_data";
import {
  chipsOf, isField, literal, textOf, withValue, withValues, type Chip,
} from "../state/filters";
import { windowParameters } from "../state/view_state";
import { Icon } from "../ui/icons";
import { Text } from "../ui/parts";
import { completionAt, proposedField, type ValueRequest } from "./complete";
import { isAlone, quoted, replaced } from "./tokens";

/// Where the question is typed: filters as chips, the rest in the server's filter language.

interface Option {
  /// What is shown, and beside it.
  text: string;
  note: string;
  /// A value that becomes a filter of the address, or text to put in place of a part.
  filter: { field: string; value: string } | null;
  insert: string;
  start: number;
  end: number;
}

export const QUERY_INPUT = "query";
const COMPLETIONS = 8;
const ASK_MS = 120;

export function QueryBar({ error, summary }: { error: ApiError | null; summary: string }) {
  const { q, filters } = viewState.value;
  const [text, setText] = useState(q);
  const [options, setOptions] = useState<Option[]>([]);
  const [picked, pick] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const asking = useRef<AbortController | null>(null);
  const timer = useRef(0);

  useEffect(() => setText(q), [q]);

  const close = (): void => {
    window.clearTimeout(timer.current);
    asking.current?.abort();
    setOptions([]);
    pick(-1);
  };
  const complete = (value: string, caret = input.current?.selectionStart ?? value.length): void => {
    window.clearTimeout(timer.current);
    asking.current?.abort();
    const controller = new AbortController();
    asking.current = controller;
    timer.current = window.setTimeout(() => {
      void optionsFor(value, caret, controller.signal).then((found) => {
        if (controller.signal.aborted) return;
        setOptions(found);
        pick(-1);
      });
    }, ASK_MS);
  };
  const apply = (): void => {
    close();
    change({ q: text.trim() });
  };
  const take = (option: Option, excluded: boolean): void => {
    close();
    if (option.filter && isField(option.filter.field)) {
      const rest = replaced(text, option.start, option.end, "").text.replace(/\s+/g, " ").trim();
      setText(rest);
      change({
        q: rest,
        filters: withValue(filters, option.filter.field, literal(option.filter.value, excluded)),
      });
      return;
    }
    const next = replaced(text, option.start, option.end, option.insert);
    // At once: later, the caret would jump back over what was typed since.
    const field = input.current!;
    field.value = next.text;
    field.setSelectionRange(next.caret, next.caret);
    setText(next.text);
    complete(next.text, next.caret);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const isList = options.length > 0;
    if (event.key === "ArrowDown" && isList) pick((picked + 1) % options.length);
    else if (event.key === "ArrowUp" && isList) pick((picked - 1 + options.length) % options.length);
    else if (event.key === "Tab" && isList && !event.shiftKey && text !== "") take(options[Math.max(picked, 0)]!, false);
    else if (event.key === "Enter" && isList && (picked >= 0 || event.altKey)) take(options[Math.max(picked, 0)]!, event.altKey);
    else if (event.key === "Enter") apply();
    else if (event.key === "Escape" && isList) close();
    else if (event.key === "Escape") input.current?.blur();
    else if (event.key === "Backspace" && text === "") {
      const last = chipsOf(filters).pop();
      if (last) dropChip(last);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const mistake = error?.problem?.field === "q" && text === q ? error : null;
  return (
    <div class="query">
      <div class={mistake ? "query-box wrong" : "query-box"} onClick={(event) => {
        if (event.target === event.currentTarget) input.current?.focus();
      }}>
        <Icon name="search" />
        {chipsOf(filters).map((chip) => <ChipView key={chip.field + chip.excluded} chip={chip} />)}
        <div class="query-field">
          {mistake && <Underline text={text} position={mistake.problem?.position ?? 0} input={input} />}
          <input id={QUERY_INPUT} ref={input} value={text} spellcheck={false} autocomplete="off"
            role="combobox" aria-expanded={options.length > 0} aria-controls="query-options"
            aria-autocomplete="list" aria-label="Search" aria-invalid={mistake !== null}
            aria-activedescendant={picked >= 0 ? `query-option-${picked}` : undefined}
            placeholder={chipsOf(filters).length > 0 ? "" : "Search, or service:checkout -type:Normal duration:>10m"}
            onInput={(event) => {
              setText(event.currentTarget.value);
              complete(event.currentTarget.value);
            }}
            onClick={() => complete(text)}
            onBlur={() => {
              // A click on an option comes first.
              window.setTimeout(close, 150);
            }}
            onKeyDown={onKeyDown} />
        </div>
        <span class="query-summary" role="status">{summary}</span>
        <kbd aria-hidden="true">/</kbd>
      </div>
      {options.length > 0 && (
        <div class="completions popover">
          <ul role="listbox" id="query-options" aria-label="Completions">
            {options.map((option, i) => (
              <li key={option.text} id={`query-option-${i}`} role="option" aria-selected={i === picked}
                onPointerDown={(event) => event.preventDefault()}
                onClick={(event) => take(option, event.altKey)}>
                <span><Text>{option.text}</Text></span><span class="faint">{option.note}</span>
              </li>
            ))}
          </ul>
          <p class="keys" aria-hidden="true">
            <kbd>↑↓</kbd> move <kbd>Tab</kbd> take <kbd>Alt ⏎</kbd> exclude <kbd>⏎</kbd> search
          </p>
        </div>
      )}
      {mistake && <Mistake error={mistake} onFix={(fixed) => {
        setText(fixed);
        change({ q: fixed });
      }} text={text} />}
    </div>
  );
}

export function dropChip({ field, values }: Chip): void {
  const { filters } = viewState.value;
  change({ filters: withValues(filters, field, filters[field]!.filter((value) => !values.includes(value))) });
}

function ChipView({ chip }: { chip: Chip }) {
  const shown = chip.values.slice(0, 3).map(textOf).join(", ");
  const more = chip.values.length > 3 ? `, +${chip.values.length - 3}` : "";
  return (
    <span class={chip.excluded ? "chip not" : "chip"} title={chip.values.map(textOf).join(", ")}>
      {chip.excluded && <b>not </b>}
      <span class="faint">{chip.field}:</span>{" "}<Text>{shown + more}</Text>
      <button type="button" aria-label={`Drop the filter on ${chip.field}`} onClick={() => dropChip(chip)}>
        <Icon name="close" />
      </button>
    </span>
  );
}

/// The word that the server stumbled over, underlined behind the text of the field.
function Underline({ text, position, input }: {
  text: string;
  position: number;
  input: { current: HTMLInputElement | null };
}) {
  const mirror = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (mirror.current && input.current) mirror.current.scrollLeft = input.current.scrollLeft;
  });
  // Positions count characters, not code units.
  const characters = Array.from(text);
  const at = Math.max(0, Math.min(position - 1, characters.length));
  const rest = characters.slice(at).join("");
  const word = /^[^\s()]+|^./u.exec(rest)?.[0] ?? " ";
  return (
    <div class="underline" ref={mirror} aria-hidden="true">
      {characters.slice(0, at).join("")}<u>{word}</u>{rest.slice(word.length)}
    </div>
  );
}

function Mistake({ error, text, onFix }: { error: ApiError; text: string; onFix: (text: string) => void }) {
  const position = error.problem?.position;
  const proposal = proposedField(error.detail);
  return (
    <div class="mistake" role="alert">
      <Icon name="warning" />
      <span>
        {position !== undefined && `At ${position}: `}<Text>{mistakeText(error.detail)}</Text>
        {proposal && text.includes(proposal.wrong) && (
          <>
            {". "}
            <button type="button" class="link" onClick={() => onFix(text.replace(proposal.wrong, proposal.right))}>
              Use {proposal.right}
            </button>
            {" or "}
            <button type="button" class="link" onClick={() => onFix(quoteWord(text, proposal.wrong))}>
              quote it to search text
            </button>
          </>
        )}
      </span>
      <span class="faint mono">request {error.requestId}</span>
    </div>
  );
}

/// The server's words, without what the links beside them say.
const mistakeText = (detail: string): string =>
  detail.replace(/^q, character \d+: /, "").replace(/; quote it to search text$/, "");

function quoteWord(text: string, word: string): string {
  const start = text.indexOf(word);
  const end = start + (/^[^\s()]+/.exec(text.slice(start))?.[0].length ?? word.length);
  return replaced(text, start, end, quoted(text.slice(start, end))).text;
}

async function optionsFor(text: string, caret: number, signal: AbortSignal): Promise<Option[]> {
  const keys = new Set(rows.value.flatMap((event) => Object.keys(event.parameters)));
  const request = completionAt(text, caret, [...keys].sort());
  if (request === null) return [];
  if (request.kind === "field") {
    const { token } = request;
    const start = token ? token.start + (token.excluded ? 1 : 0) : caret;
    return request.options.slice(0, COMPLETIONS + 7).map(([name, note]) => ({
      text: name.endsWith(".") ? name : `${name}:`,
      note,
      filter: null,
      insert: name.endsWith(".") ? name : `${name}:`,
      start,
      end: token?.end ?? caret,
    }));
  }
  try {
    const found = await get<Facets>("facets", {
      ...windowParameters(asked.value), fields: request.field, prefix: request.prefix, top: COMPLETIONS,
    }, signal);
    const values = found.facets[request.field]?.values ?? [];
    return values.map((value) => valueOption(text, request, value));
  } catch (reason) {
    // Without completions the query can still be typed.
    if (!isCancelled(reason)) console.warn("completions:", reason);
    return [];
  }
}

function valueOption(text: string, { field, token }: ValueRequest, { value, events }: FacetValue): Option {
  // An empty value in the address means that there is no filter: it stays text.
  const isFilter = isField(field) && value !== "" && !token.excluded && isAlone(text, token);
  return {
    text: `${field}:${value === "" ? '""' : value}`,
    note: numberText(events),
    filter: isFilter ? { field, value } : null,
    insert: quoted(value),
    start: isFilter ? token.start : token.valueStart,
    end: token.end,
  };
}
