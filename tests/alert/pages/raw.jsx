/* The element without the wrapper, drawn by `rendered(props)`. Its script is not in this file. */
import { createRoot, hydrateRoot } from "react-dom/client";

const place = document.querySelector("main");
let root = null;

window.rendered = (props) => {
  const page = <forewarn-alert {...props} />;
  if (!root && place.firstElementChild) root = hydrateRoot(place, page);
  else (root ??= createRoot(place)).render(page);
};
