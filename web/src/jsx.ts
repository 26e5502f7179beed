/// What the elements of all modules are made with; `build.mjs` puts it into each of them.
export { Fragment, h } from "preact";
