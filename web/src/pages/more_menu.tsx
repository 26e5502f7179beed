import { useEffect, useState } from "preact/hooks";
import { ApiError, apiUrl, get, request } from "../api/client";
import type { SavedView } from "../api/types";
import { change, go, href, search, viewState } from "../router";
import * as data from "../state/explore_data";
import { DEFAULT_GROUP, filterParameters, windowParameters, type ViewState } from "../state/view_state";
import { Icon } from "../ui/icons";
import { orderBy } from "./explore_actions";
import { Button, Choice, Popover, say, Text } from "../ui/parts";

/// What is needed less often: export, saved views, how lanes are grouped, which panels are shown.
export function MoreMenu() {
  return (
    <Popover label="More" isIconOnly kind="more-menu" button={<Icon name="more" />}>
      {(close) => (
        <>
          <Export close={close} />
          <SavedViews close={close} />
          <Grouping />
          <section>
            <h3>Show</h3>
            <Choice label="Panels" options={[["both", "Lanes and table"], ["lanes", "Lanes"], ["table", "Table"]]}
              value={viewState.value.view} onPick={(view) => change({ view: view as ViewState["view"] })} />
            <Choice label="Order" options={[["", "Newest first"], ["asc", "Oldest first"]]}
              value={viewState.value.isOldestFirst ? "asc" : ""} onPick={(order) => orderBy(order === "asc")} />
          </section>
        </>
      )}
    </Popover>
  );
}

/// Exactly what is shown: the filters and the window, as the server streams them.
function Export({ close }: { close: () => void }) {
  const url = (format: string): string => apiUrl("export", {
    ...filterParameters(viewState.value), ...windowParameters(data.asked.value), format,
  });
  const saveJson = async (): Promise<void> => {
    close();
    try {
      const text = await (await request(url("ndjson"))).text();
      const lines = text.split("\n").filter((line) => line !== "");
      saveAs(new Blob([`[\n${lines.join(",\n")}\n]\n`], { type: "application/json" }), "events.json");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      say(error.detail || error.title);
    }
  };
  return (
    <section>
      <h3>Export what is shown</h3>
      <p class="actions">
        <a class="button" href={url("csv")} download="events.csv"><Icon name="download" />CSV</a>
        <Button icon="download" label="JSON" onClick={() => void saveJson()} />
        <a class="button" href={url("ndjson")} download="events.ndjson"><Icon name="download" />NDJSON</a>
      </p>
    </section>
  );
}

function saveAs(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function SavedViews({ close }: { close: () => void }) {
  const [views, setViews] = useState<SavedView[] | null>(null);
  const [name, setName] = useState("");
  const [trouble, setTrouble] = useState("");
  const attempt = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
      setViews((await get<{ views: SavedView[] }>("views")).views);
      setTrouble("");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setTrouble(error.detail || error.title);
    }
  };
  useEffect(() => void attempt(async () => undefined), []);
  const save = (event: Event): void => {
    event.preventDefault();
    if (name.trim() === "") return;
    void attempt(async () => {
      await request(apiUrl(`views/${encodeURIComponent(name.trim())}`), {
        method: "PUT", json: { query: search.value.replace(/^\?/, "") },
      });
      say(`Saved as ${name.trim()}`);
      setName("");
    });
  };
  return (
    <section>
      <h3>Saved views</h3>
      {trouble !== "" && <p class="wrong-text" role="alert"><Text>{trouble}</Text></p>}
      {views?.length === 0 && <p class="faint">none yet</p>}
      <ul class="views">
        {views?.map((view) => (
          <li key={view.name}>
            <button type="button" class="link" onClick={() => {
              close();
              go(href("", view.query === "" ? "" : `?${view.query}`));
            }}><Text>{view.name}</Text></button>
            <Button icon="close" label={`Delete ${view.name}`} isIconOnly onClick={() => void attempt(() =>
              request(apiUrl(`views/${encodeURIComponent(view.name)}`), { method: "DELETE" }))} />
          </li>
        ))}
      </ul>
      <form class="inline" onSubmit={save}>
        <input aria-label="Name of the view" placeholder="Name of this view" value={name} maxLength={64}
          onInput={(event) => setName(event.currentTarget.value)} />
        <button type="submit" class="button">Save</button>
      </form>
      {views && views.length > 0 && (
        <p><button type="button" class="link" onClick={() =>
          saveAs(new Blob([JSON.stringify({ views }, null, 2)], { type: "application/json" }), "views.json")}>
          Save all as a file
        </button></p>
      )}
    </section>
  );
}

const GROUPS: [string, string][] = [
  [DEFAULT_GROUP.join(","), "Layer › service › instance"],
  ["service,instance", "Service › instance"],
  ["service,name", "Service › name"],
  ["name", "Name"],
];

function Grouping() {
  const current = viewState.value.group.join(",");
  const [typed, setTyped] = useState(current);
  const group = (value: string): void => change({
    group: value.split(",").map((part) => part.trim()).filter((part) => part !== "").slice(0, 3), open: [], pin: [],
  });
  return (
    <section>
      <h3>Lanes by</h3>
      <Choice label="Lanes by" options={GROUPS} value={current} onPick={group} />
      <form class="inline" onSubmit={(event) => {
        event.preventDefault();
        group(typed);
      }}>
        <input aria-label="Lanes by, up to three" value={typed} placeholder="service,parameter.region"
          onInput={(event) => setTyped(event.currentTarget.value)} />
        <button type="submit" class="button">Group</button>
      </form>
    </section>
  );
}
