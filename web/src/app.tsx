import { effect } from "@preact/signals";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { needsLogin } from "./api/client";
import { BeforePage } from "./pages/before";
import { ChangesPage } from "./pages/changes";
import { EventPage } from "./pages/event";
import { Explore } from "./pages/explore";
import { Login } from "./pages/login";
import { StatusPage } from "./pages/status";
import { followLink, href, page } from "./router";
import { startPolling } from "./state/server";
import { followTheme } from "./state/settings";
import { toast } from "./ui/parts";
import { BottomBar, KeyList, showsKeys, TopBar } from "./ui/top_bar";

function Page() {
  switch (page.value) {
    case "explore":
      return <Explore />;
    case "event":
      return <EventPage />;
    case "changes":
      return <ChangesPage />;
    case "before":
      return <BeforePage />;
    case "status":
      return <StatusPage />;
    case "none":
      return <main class="page"><h1>Nothing stands at this address</h1><p><a href={href("")}>To Explore</a></p></main>;
  }
}

function App() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest("input, select, textarea") !== null;
      if (event.key === "?" && !isTyping && !event.ctrlKey && !event.metaKey) showsKeys.value = true;
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  if (needsLogin.value) return <Login />;
  return (
    <div class="app" onClick={followLink}>
      <TopBar />
      <Page />
      <BottomBar />
      <KeyList />
      <div class="toast" role="status" aria-live="polite">{toast.value}</div>
    </div>
  );
}

followTheme();
startPolling();
effect(() => {
  if (page.value !== "event") document.title = page.value === "explore" || page.value === "none" ? "Tidings" : `${page.value[0]!.toUpperCase()}${page.value.slice(1)} · Tidings`;
});
render(<App />, document.getElementById("app")!);
