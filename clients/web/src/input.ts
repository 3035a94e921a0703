/** What the user does in an alert. */
import type { Outcome } from "./alert.js";
import type { Showing } from "./showing.js";

/* Milliseconds. The taps of a double tap are up to half a second apart; then a user must see that the page has changed. */
const GUARD = 700;

const OUTCOME_OF: Readonly<Record<string, Outcome>> = {
  cancel: "cancelled",
  review: "reviewed",
  call: "reviewed",
  report: "reported",
  proceed: "proceeded",
};

/* What the page's own listeners must not get from a modal alert: they would close a dialog behind it, pull the focus back, or keep
   the alert from scrolling. */
const SHIELDED =
  "pointerdown pointerup mousedown mouseup touchstart touchmove touchend click dblclick wheel focusin focusout keydown keyup keypress".split(
    " ",
  );

export class Input {
  readonly #showing: Showing;
  #pressedAt: number | null = null;

  constructor(showing: Showing, view: Window, signal: AbortSignal) {
    this.#showing = showing;
    const { panel } = showing.panel;
    /* On the window, in the capture phase, nothing on the document comes first. */
    const heard: EventTarget = showing.modal ? view : panel;
    for (const type of SHIELDED)
      heard.addEventListener(type, (event) => this.#hear(event), {
        signal,
        capture: true,
        passive: /wheel|touch/.test(type),
      });
    /* Moves of the focus within a shadow root do not leave it. */
    panel.addEventListener("focusin", (event) => this.#reveal(event.target as HTMLElement), { signal });
    panel.addEventListener(
      "cancel",
      (event) => {
        event.preventDefault();
        if (!this.ignores(event.timeStamp)) showing.leave();
      },
      { signal },
    );
  }

  /** Whether an input came too early to be meant. Counts it. */
  ignores(at: number): boolean {
    const { exposure, since } = this.#showing;
    const early = at - since < GUARD;
    if (early) exposure.ignoredInputs++;
    return early;
  }

  #hear(event: Event): void {
    const { host, modal, open, panel } = this.#showing;
    const path = event.composedPath();
    const { body, documentElement } = host.element.ownerDocument;
    const isKey = event.type.startsWith("key");
    /* Keys go to the body when nothing has the focus. */
    if (
      !path.includes(panel.panel) &&
      !(isKey && open && [body, documentElement, host.element].includes(path[0] as HTMLElement))
    )
      return;
    if (modal) event.stopImmediatePropagation();
    if (event.type === "pointerdown") this.#pressedAt = event.timeStamp;
    else if (event.type === "keydown") this.#press(event as KeyboardEvent);
    else if (event.type === "click") this.#click(event as MouseEvent, path);
  }

  #press(event: KeyboardEvent): void {
    const { modal } = this.#showing;
    this.#pressedAt = null;
    if (event.key === "Tab") this.#keepInside(event);
    else if (/^(Enter| |Escape)$/.test(event.key) && (event.repeat || this.ignores(event.timeStamp)))
      event.preventDefault();
    else if (event.key === "Escape" && modal) {
      /* Left to the browser, it would also close a dialog of the page that was opened by the same click. */
      event.preventDefault();
      this.#showing.leave();
    }
  }

  #click(event: MouseEvent, path: EventTarget[]): void {
    const showing = this.#showing;
    /* A click is as old as its press. Screen readers click without one. */
    const pressed = this.#pressedAt ?? event.timeStamp;
    this.#pressedAt = null;
    if (this.ignores(pressed)) return event.preventDefault();
    const missingForBox = path[0] === showing.panel.box ? showing.missingForBox : "";
    const kind = path.map((one) => (one as HTMLElement).dataset?.["kind"]).find(Boolean);
    if (kind === "proceed" && showing.missing) showing.announce(showing.missing);
    else if (kind) showing.say(OUTCOME_OF[kind] as Outcome);
    else if (missingForBox) {
      event.preventDefault();
      showing.announce(missingForBox);
    }
  }

  /* Tab goes round within a modal alert. */
  #keepInside(event: KeyboardEvent): void {
    const { host, modal, panel } = this.#showing;
    if (!modal) return;
    const reached = [...panel.panel.querySelectorAll<HTMLElement>("a[href], button, input")];
    const now = reached.indexOf(host.root.activeElement as HTMLElement);
    const next = event.shiftKey ? (now <= 0 ? reached.at(-1) : null) : now === reached.length - 1 ? reached[0] : null;
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  /* What sticks moves along while the browser scrolls to it, so an action below the bar would have the focus out of sight. */
  #reveal(focused: HTMLElement): void {
    const { actions, panel } = this.#showing.panel;
    if (!actions.contains(focused) || focused.getBoundingClientRect().bottom <= panel.getBoundingClientRect().bottom)
      return;
    const sticks = actions.classList.contains("sticks");
    actions.classList.remove("sticks");
    focused.scrollIntoView({ block: "nearest" });
    actions.classList.toggle("sticks", sticks);
  }
}
