/// Where this page was loaded from: `https://host/prefix/`. The script stands in `ui/assets/` below it,
/// so that a proxy may put the server under any path without telling it.
export const BASE: string = new URL("../../", import.meta.url).href;

export const API: string = new URL("api/v1/", BASE).href;
export const UI: string = new URL("ui/", BASE).href;
