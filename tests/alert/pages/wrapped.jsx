/* The wrapper and nothing else, drawn anew by `rendered(props)`; a server may have drawn the first. */
import { StrictMode, createRef } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { ForewarnAlert } from "@forewarn/alert/react";

const place = document.querySelector("main");
const page = (props) => (
  <StrictMode>
    <ForewarnAlert {...props} ref={element} />
  </StrictMode>
);
const element = createRef();
const onRecoverableError = (error) => console.error(`recovered: ${error}`);
let root = null;

window.element = element;
window.rendered = (props) => {
  if (!root && place.firstElementChild) root = hydrateRoot(place, page(props), { onRecoverableError });
  else (root ??= createRoot(place)).render(page(props));
};
window.removed = () => root.render(<p>Nothing here</p>);
