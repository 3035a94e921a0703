/** `<forewarn-alert>`: shows the alert of an assessment and says what the user does. docs/component.md describes it. */
import type { Alert, Assessment, ErrorDetail, ErrorReason, Outcome, OutcomeDetail, ReadyDetail, Words } from "./alert.js";
import { Exposure } from "./exposure.js";
import { fit } from "./fit.js";
import { draw, isModal, type Panel } from "./panel.js";
import { readAlert, readAssessment, Unreadable } from "./read.js";
import { lockScroll } from "./scroll-lock.js";
import { isInert, isOnTop, isRendered, popovers } from "./sight.js";
import { LANGUAGES, loadWords, wordsNow } from "./words.js";

export type * from "./alert.js";

/* Milliseconds. The taps of a double tap are up to half a second apart; then a user must see that the page has changed. */
const GUARD = 700;
const LOOK_EVERY = 200;
const HIDDEN_FOR = 500;
const OUT_OF_SIGHT_FOR = 2000;

const FINAL: readonly Outcome[] = ["cancelled", "proceeded", "abandoned"];
const OUTCOME_OF: Readonly<Record<string, Outcome>> = { cancel: "cancelled", review: "reviewed", call: "reviewed", report: "reported", proceed: "proceeded" };

/* What the page's own listeners must not get from a modal alert: they would close a dialog behind it, pull the focus back, or keep
   the alert from scrolling. */
const SHIELDED =
  "pointerdown pointerup mousedown mouseup touchstart touchmove touchend click dblclick wheel focusin focusout keydown keyup keypress".split(" ");

/** An alert that was given, under its id. */
interface Given {
  id: string | null;
  alert: Alert;
  text: string;
}

/** One that is on the screen. */
interface Drawn extends Given, Panel {
  modal: boolean;
  inline: boolean;
  exposure: Exposure;
  said: Set<Outcome>;
  ready: boolean;
  /** Whether it is open, as far as we opened it. */
  open: boolean;
  /** Since when the user can see it where it is now. */
  since: number;
  /** Pixels that the actions cover at its bottom. */
  bar: number;
  /** Popovers that were open before it. */
  below: Element[];
}

interface Change {
  alert?: true;
  reset?: true;
  look?: true;
}

/** The same warning, though perhaps in another language. */
const isSame = (one: Given, other: Given): boolean =>
  one.id === other.id &&
  (one.text === other.text ||
    (Boolean(one.alert.rule_id) &&
      one.alert.rule_id === other.alert.rule_id &&
      one.alert.variant === other.alert.variant &&
      (one.id !== null || one.alert.language !== other.alert.language)));

/* On a server there is no DOM, and the module can be imported all the same. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

const sheets = new WeakMap<Document, CSSStyleSheet>();

/* A style sheet belongs to one document. */
function sheetOf(page: Document): CSSStyleSheet {
  let sheet = sheets.get(page);
  if (!sheet) {
    sheet = new (page.defaultView ?? window).CSSStyleSheet();
    /* Browsers before 2024 lack light-dark() and get the light colours. */
    sheet.replaceSync(STYLE.replace(CSS.supports("color", "light-dark(red,red)") ? /$^/ : /light-dark\((#\w+),#\w+\)/g, "$1"));
    sheets.set(page, sheet);
  }
  return sheet;
}

/**
 * @tagname forewarn-alert
 * @attr {"inline"} placement - draws the alert in its place, not over the page
 * @attr {"light" | "dark"} theme - what the user's system says, unless given
 * @attr {"1" | "2" | "3" | "4" | "5" | "6"} heading-level - 2 unless given
 * @fires {CustomEvent<ReadyDetail>} forewarn-ready - the alert is on the screen
 * @fires {CustomEvent<ErrorDetail>} forewarn-error - the alert cannot be drawn, or cannot be seen
 * @fires {CustomEvent<OutcomeDetail>} forewarn-outcome - what the user did
 */
export class ForewarnAlert extends Base {
  static readonly version: string = VERSION;
  static readonly languages = LANGUAGES;
  static readonly observedAttributes = ["alert", "assessment", "assessment-id", "placement", "heading-level"];

  #id: string | null = null;
  #alert: Alert | null = null;
  #fault: unknown = null;
  /* The fault that was said last: a page that renders again repeats it. */
  #told: string | null = null;
  #words: Partial<Words> | null = null;
  #change: Change = {};
  #queued = false;
  #drawn: Drawn | null = null;
  /* What the user has decided about: setting it again does not ask again. */
  #decided: Given | null = null;
  #root = this.attachShadow({ mode: "open" });
  #probe = document.createElement("i");
  #stop: AbortController | null = null;
  #unlock: (() => void) | null = null;
  #focusedBefore: HTMLElement | null = null;
  #intersecting = false;
  #pressedAt = -Infinity;
  #troubles = new Map<ErrorReason, number>();

  constructor() {
    super();
    this.adoptedCallback();
    this.#probe.className = "probe";
    /* Until it has something to draw, the element shows its children: the static fallback. */
    this.#root.append(document.createElement("slot"));
  }

  /** The version of this package. */
  get version(): string {
    return VERSION;
  }

  /** The alert of an answer, as an object or as JSON; null shows nothing. */
  get alert(): Alert | null {
    return this.#alert;
  }
  set alert(value: Alert | string | null | undefined) {
    this.#give(() => (this.#alert = readAlert(value)));
  }

  /** Identifies the withdrawal in the events of the alert that is set with it. */
  get assessmentId(): string | null {
    return this.#id;
  }
  set assessmentId(value: string | null | undefined) {
    this.#id = value ?? null;
  }

  /** The whole answer, as an object or as JSON: sets `assessmentId` and `alert` together. */
  get assessment(): Assessment | null {
    return this.#alert && { assessment_id: this.#id, alert: this.#alert };
  }
  set assessment(value: Assessment | string | null | undefined) {
    this.#give(() => {
      this.#id = null;
      const [id, alert] = readAssessment(value);
      this.#id = id;
      this.#alert = readAlert(alert);
    });
  }

  /** Replaces some of the component's own words. */
  get words(): Partial<Words> | null {
    return this.#words;
  }
  set words(value: Partial<Words> | null | undefined) {
    if (JSON.stringify(value ?? null) === JSON.stringify(this.#words)) return;
    this.#words = value ?? null;
    this.#later({ look: true });
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (name === "alert") this.alert = now;
    else if (name === "assessment") this.assessment = now;
    else if (name === "assessment-id") this.assessmentId = now;
    else if (before !== now) this.#later({ look: true });
  }

  connectedCallback(): void {
    /* Properties that were set before this file loaded are own properties of the element. */
    for (const name of ["words", "assessmentId", "alert", "assessment"] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const self = this as Record<string, unknown>;
      const value = self[name];
      delete self[name];
      self[name] = value;
    }
    this.#later({});
    if (this.#drawn) this.#watch(this.#drawn);
  }

  disconnectedCallback(): void {
    this.#unwatch();
    /* An element that was only moved is connected again by then. */
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#leave();
      this.#decided = null;
      if (this.#alert) this.#change.alert = true;
    });
  }

  adoptedCallback(): void {
    this.#root.adoptedStyleSheets = [sheetOf(this.ownerDocument)];
  }

  #give(read: () => void): void {
    this.#alert = this.#fault = null;
    try {
      read();
    } catch (fault) {
      this.#fault = fault;
    }
    this.#later(this.#alert || this.#fault ? { alert: true } : { alert: true, reset: true });
  }

  /* The changes of one task are applied together, so their order does not matter. */
  #later(change: Change): void {
    Object.assign(this.#change, change);
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      if (this.isConnected) this.#try(() => this.#apply());
    });
  }

  #apply(): void {
    const change = this.#change;
    this.#change = {};
    const drawn = this.#drawn;
    if (change.reset) {
      this.#leave();
      this.#decided = null;
    }
    if (change.alert) {
      if (this.#fault) throw this.#fault;
      this.#told = null;
      if (this.#alert) this.#show({ id: this.#id, alert: this.#alert, text: JSON.stringify(this.#alert) }, Boolean(change.look));
      else this.#root.replaceChildren();
    } else if (change.look && drawn) this.#draw(drawn, drawn);
  }

  #show(given: Given, anew: boolean): void {
    const drawn = this.#drawn;
    if (drawn && isSame(drawn, given)) {
      if (anew || drawn.text !== given.text) this.#draw(given, drawn);
      return;
    }
    if (!drawn && this.#decided && isSame(this.#decided, given)) {
      console.warn("<forewarn-alert>: this alert has been decided. To show it again, set null first.");
      return;
    }
    /* Another warning about the same withdrawal replaces the first one: nobody left. */
    const replaces = drawn && drawn.id !== null && drawn.id === given.id;
    if (replaces) this.#close(drawn);
    else this.#leave();
    this.#draw(given, null, replaces ? drawn.said : new Set());
  }

  /** Draws what was given; in place, if `from` is the same warning. */
  #draw(given: Given, from: Drawn | null, said: Set<Outcome> = from?.said ?? new Set()): void {
    const { id, alert, text } = given;
    const inline = this.getAttribute("placement") === "inline";
    const modal = isModal(alert, inline);
    const level = [1, 2, 3, 4, 5, 6].find((one) => String(one) === this.getAttribute("heading-level")) ?? 2;
    const words = { ...wordsNow(alert.language), ...this.#words };
    const kept = from && from.modal === modal && from.inline === inline ? from : null;
    const focused = kept && (this.#root.activeElement as HTMLElement | null);
    if (from && !kept) this.#close(from);
    const exposure = from?.exposure ?? new Exposure(alert.presentation?.min_display_seconds);
    const panel = draw(alert, words, level, inline, kept?.panel ?? null);
    if (panel.box) panel.box.checked = from?.box?.checked ?? false;
    const drawn: Drawn = { ...panel, id, alert, text, modal, inline, exposure, said, ready: Boolean(from?.ready), open: Boolean(kept?.open), since: performance.now(), bar: 0, below: kept?.below ?? popovers(this.ownerDocument) };
    this.#drawn = drawn;
    this.#troubles.clear();
    if (!kept) this.#root.replaceChildren(this.#probe, drawn.panel);
    this.#watch(drawn);
    if (focused) (this.#root.querySelector<HTMLElement>(`[data-testid="${focused.dataset["testid"]}"]`) ?? drawn.title).focus({ preventScroll: true });
    if (drawn.mode === "banner" && !inline && !from) this.#announce(drawn, alert.title);
    void loadWords(alert.language).then((came) => came && this.#drawn === drawn && this.#later({ look: true }));
  }

  #watch(drawn: Drawn): void {
    this.#unwatch();
    const { panel, modal } = drawn;
    const view = this.ownerDocument.defaultView ?? window;
    const stop = new AbortController();
    const { signal } = stop;
    this.#stop = stop;
    const look = () => this.#try(() => this.#look(drawn));
    const seen = new view.IntersectionObserver((entries) => {
      this.#intersecting = Boolean(entries.at(-1)?.isIntersecting);
      look();
    });
    seen.observe(panel);
    const sized = new view.ResizeObserver(() => {
      drawn.bar = fit(drawn, (drawn.inline ? this : panel).clientHeight);
    });
    sized.observe(panel);
    sized.observe(drawn.title);
    const timer = view.setInterval(look, LOOK_EVERY);
    signal.addEventListener("abort", () => {
      seen.disconnect();
      sized.disconnect();
      view.clearInterval(timer);
    });
    this.ownerDocument.addEventListener("visibilitychange", look, { signal });
    view.addEventListener("pagehide", () => this.#leave(), { signal });
    panel.addEventListener("scroll", look, { signal, passive: true });
    panel.addEventListener("change", () => this.#sayWait(drawn), { signal });
    /* Moves of the focus within a shadow root do not leave it. */
    panel.addEventListener("focusin", (event) => this.#reveal(event.target as HTMLElement, drawn), { signal });
    panel.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (!this.#ignores(drawn, event.timeStamp)) this.#leave();
    }, { signal });
    /* Browsers close a dialog on a second Escape, whatever the page says. */
    panel.addEventListener("close", () => {
      if (!drawn.open) return;
      drawn.open = false;
      if (this.#ignores(drawn, performance.now())) look();
      else this.#leave();
    }, { signal });
    const heard: EventTarget = modal ? view : panel;
    for (const type of SHIELDED) heard.addEventListener(type, (event) => this.#hear(event, drawn), { signal, capture: true, passive: /wheel|touch/.test(type) });
    look();
  }

  #unwatch(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.#intersecting = false;
    this.#unlock?.();
    this.#unlock = null;
    this.#drawn?.exposure.look(performance.now(), false);
  }

  /* Brings everything into line with what the user can see now. */
  #look(drawn: Drawn): void {
    if (this.#drawn !== drawn || !this.isConnected) return;
    const now = performance.now();
    const { exposure, modal, panel, said } = drawn;
    const awake = this.ownerDocument.visibilityState === "visible";
    const rendered = isRendered(this.#probe);
        if (modal && rendered) this.#open(drawn);
    else if (modal) this.#release(drawn);
    if (rendered && !drawn.ready) {
      drawn.ready = true;
      this.#dispatch<ReadyDetail>("ready", { assessment_id: drawn.id, mode: drawn.mode });
    }
    this.#trouble("not-rendered", !rendered, now, HIDDEN_FOR, "the element or an ancestor is hidden");
    this.#trouble("inert", rendered && isInert(this, modal), now, HIDDEN_FOR, "the element or an ancestor is aria-hidden or inert");
    this.#trouble("not-visible", modal && rendered && awake && !this.#intersecting, now, OUT_OF_SIGHT_FOR, "it is open where nobody can see it, for example in a frame as high as its content");
    const visible = awake && rendered && this.#intersecting;
    if (visible && !said.has("shown")) {
      drawn.since = now;
      this.#say(drawn, "shown");
    }
    const waiting = exposure.left > 0;
    exposure.look(now, visible && isOnTop(panel, this, drawn.below));
    if (visible && this.#endIsSeen(drawn)) exposure.scrolled = true;
    this.#sayWait(drawn);
    if (waiting && exposure.left <= 0 && drawn.proceed) this.#announce(drawn, this.#missing(drawn) || this.#own(drawn).ready);
  }

  #endIsSeen({ bar, end, inline, panel }: Drawn): boolean {
    const scroller = inline ? this : panel;
    const bottom = Math.min(this.ownerDocument.documentElement.clientHeight, scroller.getBoundingClientRect().bottom);
    return end.getBoundingClientRect().bottom <= bottom - bar + 1;
  }

  /* A page that only moves the element for a moment does not hear of it. */
  #trouble(reason: ErrorReason, is: boolean, now: number, after: number, message: string): void {
    const since = this.#troubles.get(reason) ?? now;
    if (!is) this.#troubles.delete(reason);
    else if (now - since < after) this.#troubles.set(reason, since);
    else {
      this.#troubles.set(reason, Infinity);
      this.#complain(reason, message, this.#drawn?.id ?? null);
    }
  }

  #own(drawn: Drawn): Words {
    return { ...wordsNow(drawn.alert.language), ...this.#words };
  }

  /* What is missing until the box can be ticked. */
  #missingForBox(drawn: Drawn): string {
    const words = this.#own(drawn);
    if (drawn.exposure.left > 0) return words.wait.replace("{n}", String(Math.ceil(drawn.exposure.left / 1000)));
    return drawn.box && !drawn.exposure.scrolled ? words.scroll : "";
  }

  /* What is missing until the user can proceed. */
  #missing(drawn: Drawn): string {
    return this.#missingForBox(drawn) || (drawn.box && !drawn.box.checked ? this.#own(drawn).tick : "");
  }

  #sayWait(drawn: Drawn): void {
    const { box, proceed, wait } = drawn;
    if (!proceed || !wait) return;
    const missing = this.#missing(drawn);
    if (wait.textContent !== missing) wait.textContent = missing;
    proceed.ariaDisabled = String(missing !== "");
    if (box) box.ariaDisabled = String(this.#missingForBox(drawn) !== "");
  }

  /* Screen readers announce the same words again only if the region was empty in between. */
  #announce({ live }: Drawn, words: string): void {
    live.textContent = "";
    requestAnimationFrame(() => (live.textContent = words));
  }

  #open(drawn: Drawn): void {
    const panel = drawn.panel as HTMLDialogElement;
    if (panel.matches(":modal")) return;
    const focused = this.ownerDocument.activeElement as HTMLElement | null;
    if (focused !== this && focused !== this.ownerDocument.body) this.#focusedBefore = focused;
    panel.removeAttribute("open");
    panel.showModal();
    drawn.open = true;
    drawn.since = performance.now();
    this.#unlock ??= lockScroll(this.ownerDocument, drawn.mode === "dialog");
    panel.scrollTop = 0;
    drawn.title.focus({ preventScroll: true });
  }

  /* Lets go of the page. */
  #release(drawn: Drawn): void {
    if (!drawn.open) return;
    drawn.open = false;
    (drawn.panel as HTMLDialogElement).close();
    this.#unlock?.();
    this.#unlock = null;
    if (this.#focusedBefore?.isConnected) this.#focusedBefore.focus({ preventScroll: true });
    this.#focusedBefore = null;
  }

  #hear(event: Event, drawn: Drawn): void {
    const path = event.composedPath();
    const { body, documentElement } = this.ownerDocument;
    const isKey = event.type.startsWith("key");
    /* Keys go to the body when nothing has the focus. */
    if (!path.includes(drawn.panel) && !(isKey && drawn.open && [body, documentElement, this].includes(path[0] as HTMLElement))) return;
    if (drawn.modal) event.stopImmediatePropagation();
    if (event.type === "pointerdown") this.#pressedAt = event.timeStamp;
    else if (event.type === "keydown") this.#press(event as KeyboardEvent, drawn);
    else if (event.type === "click") this.#click(event as MouseEvent, drawn, path);
  }

  #press(event: KeyboardEvent, drawn: Drawn): void {
    if (event.key === "Tab") this.#keepInside(event, drawn);
    else if (/^(Enter| |Escape)$/.test(event.key) && (event.repeat || this.#ignores(drawn, event.timeStamp))) event.preventDefault();
    else if (event.key === "Escape" && drawn.modal) {
      /* Left to the browser, it would also close a dialog of the page that was opened by the same click. */
      event.preventDefault();
      this.#leave();
    }
  }

  /* What sticks moves along while the browser scrolls to it, so an action below the bar would have the focus out of sight. */
  #reveal(focused: HTMLElement, { panel, actions }: Drawn): void {
    if (!actions.contains(focused) || focused.getBoundingClientRect().bottom <= panel.getBoundingClientRect().bottom) return;
    const sticks = actions.classList.contains("sticks");
    actions.classList.remove("sticks");
    focused.scrollIntoView({ block: "nearest" });
    actions.classList.toggle("sticks", sticks);
  }

  /* Tab goes round within the alert. */
  #keepInside(event: KeyboardEvent, { modal, panel }: Drawn): void {
    if (!modal) return;
    const reached = [...panel.querySelectorAll<HTMLElement>("a[href], button, input")];
    const now = reached.indexOf(this.#root.activeElement as HTMLElement);
    const next = event.shiftKey ? (now <= 0 ? reached.at(-1) : null) : now === reached.length - 1 ? reached[0] : null;
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  /* Counts an input that came too early to be meant. */
  #ignores({ exposure, since }: Drawn, at: number): boolean {
    const early = at - since < GUARD;
    if (early) exposure.ignoredInputs++;
    return early;
  }

  #click(event: MouseEvent, drawn: Drawn, path: EventTarget[]): void {
    /* A click is as old as its press. Screen readers click without one. */
    const pressed = event.timeStamp - this.#pressedAt < 1000 ? this.#pressedAt : event.timeStamp;
    if (this.#ignores(drawn, pressed)) return event.preventDefault();
    const { box } = drawn;
    const missing = path[0] === box ? this.#missingForBox(drawn) : "";
    const kind = path.map((one) => (one as HTMLElement).dataset?.["kind"]).find(Boolean);
    if (kind === "proceed" && this.#missing(drawn)) this.#announce(drawn, this.#missing(drawn));
    else if (kind) this.#say(drawn, OUTCOME_OF[kind] as Outcome);
    else if (missing) {
      event.preventDefault();
      this.#announce(drawn, missing);
    }
  }

  #say(drawn: Drawn, outcome: Outcome): void {
    const { exposure, id, said } = drawn;
    if (said.has(outcome) || FINAL.some((end) => said.has(end))) return;
    if (outcome !== "shown") this.#say(drawn, "shown");
    said.add(outcome);
    const at = performance.now();
    this.#dispatch<OutcomeDetail>("outcome", {
      outcome,
      assessment_id: id,
      get ago_ms() {
        return Math.round(performance.now() - at);
      },
      visible_ms: Math.round(exposure.visibleMs),
      scrolled: exposure.scrolled,
      ignored_inputs: exposure.ignoredInputs,
    });
    if (!FINAL.includes(outcome)) return;
    this.#decided = { id, alert: drawn.alert, text: drawn.text };
    this.#close(drawn);
  }

  #dispatch<Detail>(name: string, detail: Detail): void {
    this.dispatchEvent(new CustomEvent(`forewarn-${name}`, { bubbles: true, composed: true, detail }));
  }

  /* Gone without a decision. An alert that was never visible was not abandoned. */
  #leave(): void {
    const drawn = this.#drawn;
    if (drawn?.said.has("shown")) this.#say(drawn, "abandoned");
    this.#close(drawn);
  }

  #close(drawn: Drawn | null): void {
    if (!drawn || this.#drawn !== drawn) return;
    this.#drawn = null;
    this.#unwatch();
    if (drawn.modal) this.#release(drawn);
    this.#root.replaceChildren();
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (fault) {
      this.#leave();
      this.#root.replaceChildren(document.createElement("slot"));
      const [reason, message] = fault instanceof Unreadable ? [fault.reason, fault.message] : (["failed", String(fault)] as const);
      const told = JSON.stringify([this.#id, message]);
      if (told !== this.#told) this.#complain(reason, message, this.#id);
      this.#told = told;
    }
  }

  #complain(reason: ErrorReason, message: string, id: string | null): void {
    console.error(`<forewarn-alert>: ${reason}: ${message}`);
    this.#dispatch<ErrorDetail>("error", { assessment_id: id, reason, message });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "forewarn-alert": ForewarnAlert;
  }
  interface HTMLElementEventMap {
    "forewarn-ready": CustomEvent<ReadyDetail>;
    "forewarn-error": CustomEvent<ErrorDetail>;
    "forewarn-outcome": CustomEvent<OutcomeDetail>;
  }
}

if (globalThis.customElements) {
  const other = customElements.get("forewarn-alert") as typeof ForewarnAlert | undefined;
  if (other) console.warn(`<forewarn-alert> ${other.version} is already there; this copy, ${VERSION}, is not used.`);
  else customElements.define("forewarn-alert", ForewarnAlert);
}
