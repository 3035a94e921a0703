/* The exchange's page of docs/component.md, "In React". */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Withdrawal } from "documented/react.jsx";

createRoot(document.querySelector("main")).render(
  <StrictMode>
    <Withdrawal />
  </StrictMode>,
);
