/* A withdrawal form in a dialog of ?library=, and an alert ?where=: in its content, above it, or in the page since before. */
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { ForewarnAlert } from "@forewarn/alert/react";
import * as focusTrap from "documented/focus-trap.js";
import * as native from "documented/native.js";
import { WithdrawalDialog as HeadlessUI } from "documented/headless-ui.jsx";
import { WithdrawalDialog as MUI } from "documented/mui.jsx";
import { WithdrawalDialog as Radix } from "documented/radix.jsx";

const { library, where } = Object.fromEntries(new URLSearchParams(location.search));
const Dialog = { radix: Radix, mui: MUI, "headless-ui": HeadlessUI }[library];
const plain = { "focus-trap": focusTrap, native }[library];

window.heard = [];
window.closings = 0;
window.pressed = 0; /* clicks that reached the form's own dialog, besides those on Withdraw */
const onClose = () => { window.closings += 1; };
const onOutcome = ({ detail }) => window.heard.push(detail.outcome);

function Form() {
  const [amount, setAmount] = useState("12500");
  return (
    <form onSubmit={(event) => { event.preventDefault(); window.warn(window.given); }}>
      <label>Amount <input id="amount" value={amount} onChange={(event) => setAmount(event.target.value)} /></label>
      <button id="withdraw">Withdraw</button>
    </form>
  );
}

function Page() {
  const [open, setOpen] = useState(false);
  const [assessment, setAssessment] = useState(null);
  const alert = <ForewarnAlert assessment={assessment} onOutcome={onOutcome} />;
  window.warn = where === "above" ? above : setAssessment;
  return (
    <>
      <button id="open" onClick={() => setOpen(true)}>Open</button>
      {where === "before" && alert}
      <Dialog open={open} onClose={() => { setOpen(false); onClose(); }}>
        <div onClick={() => { window.pressed += 1; }}>
          <Form />
        </div>
        {where === "inside" && alert}
      </Dialog>
    </>
  );
}

function above(assessment) {
  const element = document.createElement("forewarn-alert");
  element.addEventListener("forewarn-outcome", onOutcome);
  element.assessment = assessment;
  document.body.append(element);
}

if (Dialog) createRoot(document.querySelector("main")).render(<Page />);
else plainly();

function plainly() {
  const main = document.querySelector("main");
  const box = document.createElement(library === "native" ? "dialog" : "div");
  const before = document.createElement("forewarn-alert");
  before.addEventListener("forewarn-outcome", onOutcome);
  const form = document.createElement("form");
  const amount = Object.assign(document.createElement("input"), { id: "amount", value: "12500" });
  form.append(amount, Object.assign(document.createElement("button"), { id: "withdraw", textContent: "Withdraw" }));
  form.onsubmit = (event) => { event.preventDefault(); window.warn(window.given); };
  box.append(form);
  box.hidden = library !== "native";
  box.addEventListener("click", () => { window.pressed += 1; });
  const opener = document.createElement("button");
  Object.assign(opener, { id: "open", textContent: "Open", onclick: () => plain.open(box, onClose) });
  main.append(opener, box);
  if (where === "before") main.append(before);
  window.warn = {
    inside: (assessment) => plain.warn(box, assessment).addEventListener("forewarn-outcome", onOutcome),
    above,
    before: (assessment) => { before.assessment = assessment; },
  }[where];
}
