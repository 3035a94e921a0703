/** An alert on the screen: what of it the user can see, and what is said of it. */
import type { Alert, ErrorReason, Outcome, OutcomeDetail, ReadyDetail, Words } from "./alert.js";
import { Exposure } from "./exposure.js";
import { fit } from "./fit.js";
import { Input } from "./input.js";
import { draw, isModal, type Panel } from "./panel.js";
import { lockScroll } from "./scroll-lock.js";
import { isInert, isOnTop, isRendered, popovers } from "./sight.js";

/* Milliseconds. */
const LOOK_EVERY = 200;
const HIDDEN_FOR = 500;
const OUT_OF_SIGHT_FOR = 2000;

/* When an alert of this page last let go of it: a second tap on its button would land in the alert below. */
let released = -Infinity;

const FINAL: readonly Outcome[] = ["cancelled", "proceeded", "abandoned"];

/** An alert that was given, under its id. Equal alerts have the same `text`. */
export interface Given {
  id: string | null;
  alert: Alert;
  text: string;
}

/** How the page wants it drawn. */
export interface Look {
  inline: boolean;
  level: number;
  words: Words;
}

/** The element that shows it. */
export interface Host {
  readonly element: HTMLElement;
  readonly root: ShadowRoot;
  dispatch<Detail>(name: string, detail: Detail): unknown;
  complain(reason: ErrorReason, message: string, id: string | null): void;
  /** Reports what an act throws. */
  attempt(act: () => void): void;
  /** The user has decided, or left. */
  ended(): void;
}

export class Showing {
  readonly exposure: Exposure;
  readonly said: Set<Outcome>;
  readonly modal: boolean;
  panel!: Panel;
  given!: Given;
  look!: Look;
  /* Since when the user can see it where it is now. */
  #since = Infinity;
  /** Whether it is open, as far as we opened it. */
  open = false;
  #ready: boolean;
  #probe = document.createElement("i");
  /* Pixels that the actions cover at its bottom. */
  #bar = 0;
  /* Popovers that were open before it. */
  readonly #below: Element[];
  #intersecting = false;
  #stop: AbortController | null = null;
  #unlock: (() => void) | null = null;
  #focusedBefore: HTMLElement | null = null;
  readonly #troubles = new Map<ErrorReason, number>();

  /** `from` is the same warning, drawn in another way, or another one about the same withdrawal, of which only `said` stays. */
  constructor(
    readonly host: Host,
    given: Given,
    look: Look,
    from: Showing | null,
    isSame: boolean,
  ) {
    this.modal = isModal(given.alert, look.inline);
    this.said = from?.said ?? new Set();
    this.exposure = (isSame && from?.exposure) || new Exposure(given.alert.presentation?.min_display_seconds);
    this.#ready = isSame;
    this.#below = popovers(this.#page);
    this.#probe.className = "probe";
    this.#draw(given, look, (isSame && from?.panel.box?.checked) || false);
    host.root.replaceChildren(this.#probe, this.panel.panel);
    this.watch();
    if (this.panel.mode === "banner" && !look.inline && !isSame) this.announce(given.alert.title);
  }

  get #page(): Document {
    return this.host.element.ownerDocument;
  }

  /** Whether it can be drawn in the panel that is there. */
  suits(given: Given, { inline }: Look): boolean {
    return inline === this.look.inline && isModal(given.alert, inline) === this.modal;
  }

  /** Draws the same warning in place. Wait, box and focus stay. */
  redraw(given: Given, look: Look): void {
    const focused = this.host.root.activeElement as HTMLElement | null;
    this.#draw(given, look, this.panel.box?.checked ?? false);
    this.watch();
    if (focused)
      (
        this.host.root.querySelector<HTMLElement>(`[data-testid="${focused.dataset["testid"]}"]`) ?? this.panel.title
      ).focus({ preventScroll: true });
  }

  #draw(given: Given, look: Look, ticked: boolean): void {
    const old = (this.panel as Panel | undefined)?.panel ?? null;
    this.panel = draw(given.alert, look.words, look.level, look.inline, old);
    if (this.panel.box) this.panel.box.checked = ticked;
    this.given = given;
    this.look = look;
    this.#since = Infinity;
    this.#troubles.clear();
  }

  /** Follows what the user can see of it, until `unwatch`. */
  watch(): void {
    this.unwatch();
    const { panel, title } = this.panel;
    const view = this.#page.defaultView ?? window;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const look = () => this.host.attempt(() => this.#look());
    const seen = new view.IntersectionObserver((entries) => {
      this.#intersecting = Boolean(entries.at(-1)?.isIntersecting);
      look();
    });
    seen.observe(panel);
    const sized = new view.ResizeObserver(() => {
      this.#bar = fit(this.panel, this.#scroller.clientHeight);
    });
    sized.observe(panel);
    sized.observe(title);
    const timer = view.setInterval(look, LOOK_EVERY);
    signal.addEventListener("abort", () => {
      seen.disconnect();
      sized.disconnect();
      view.clearInterval(timer);
    });
    this.#page.addEventListener("visibilitychange", look, { signal });
    view.addEventListener("pagehide", () => this.leave(), { signal });
    panel.addEventListener("scroll", look, { signal, passive: true });
    panel.addEventListener("change", () => this.#sayWait(), { signal });
    const input = new Input(this, view, signal);
    /* Browsers close a dialog on a second Escape, whatever the page says. */
    panel.addEventListener(
      "close",
      () => {
        /* The event comes in a later task: by then it may be open again. */
        if (!this.open || panel.matches("[open]")) return;
        this.open = false;
        if (input.ignores(performance.now())) look();
        else this.leave();
      },
      { signal },
    );
    look();
  }

  unwatch(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.#intersecting = false;
    this.#unlock?.();
    this.#unlock = null;
    this.exposure.look(performance.now(), false);
  }

  /** When it took the place of something else: an input soon after was meant for that. Where nobody can see it, a key frees the page. */
  get since(): number {
    return this.#troubles.get("not-visible") === Infinity ? -Infinity : Math.max(this.#since, released);
  }

  get #scroller(): HTMLElement {
    return this.look.inline ? this.host.element : this.panel.panel;
  }

  /* Brings everything into line with what the user can see now. */
  #look(): void {
    const { element } = this.host;
    if (!this.#stop || !element.isConnected) return;
    const { exposure, given, modal, panel } = this;
    const now = performance.now();
    const awake = this.#page.visibilityState === "visible";
    const rendered = isRendered(this.#probe, !modal);
    if (modal && rendered) this.#open();
    else if (modal) this.#release();
    if (rendered && !this.#ready) {
      this.#ready = true;
      this.host.dispatch<ReadyDetail>("ready", { assessment_id: given.id, mode: panel.mode });
    }
    this.#trouble("not-rendered", !rendered, now, HIDDEN_FOR, "it or an ancestor is hidden");
    this.#trouble(
      "inert",
      rendered && isInert(element, modal),
      now,
      HIDDEN_FOR,
      "it or an ancestor is aria-hidden or inert",
    );
    this.#trouble(
      "not-visible",
      modal && rendered && awake && !this.#intersecting,
      now,
      OUT_OF_SIGHT_FOR,
      "nobody can see it",
    );
    const visible = awake && rendered && this.#intersecting;
    if (visible) {
      this.say("shown");
      /* After the page's own listeners: while they run, nothing is painted. */
      this.#since = Math.min(this.#since, performance.now());
    }
    const waiting = exposure.left > 0;
    exposure.look(now, visible && isOnTop(panel.panel, element, this.#below));
    if (visible && this.#endIsSeen()) exposure.scrolled = true;
    this.#sayWait();
    if (waiting && exposure.left <= 0 && panel.proceed) this.announce(this.missing || this.look.words.ready);
  }

  #endIsSeen(): boolean {
    const bottom = Math.min(this.#page.documentElement.clientHeight, this.#scroller.getBoundingClientRect().bottom);
    return this.panel.end.getBoundingClientRect().bottom <= bottom - this.#bar + 1;
  }

  /* A page that only moves the element for a moment does not hear of it. */
  #trouble(reason: ErrorReason, is: boolean, now: number, after: number, message: string): void {
    const since = this.#troubles.get(reason) ?? now;
    if (!is) this.#troubles.delete(reason);
    else if (now - since < after) this.#troubles.set(reason, since);
    else {
      this.#troubles.set(reason, Infinity);
      this.host.complain(reason, message, this.given.id);
    }
  }

  /** What is missing until the box can be ticked, in words; empty if nothing is. */
  get missingForBox(): string {
    const { exposure, look, panel } = this;
    if (exposure.left > 0) return look.words.wait.replace("{n}", String(Math.ceil(exposure.left / 1000)));
    return panel.box && !exposure.scrolled ? look.words.scroll : "";
  }

  /** What is missing until the user can proceed. */
  get missing(): string {
    const { box } = this.panel;
    return this.missingForBox || (box && !box.checked ? this.look.words.tick : "");
  }

  #sayWait(): void {
    const { box, proceed, wait } = this.panel;
    if (!proceed || !wait) return;
    const { missing } = this;
    if (wait.textContent !== missing) wait.textContent = missing;
    proceed.ariaDisabled = String(missing !== "");
    if (box) box.ariaDisabled = String(this.missingForBox !== "");
  }

  /** Screen readers announce the same words again only if the region was empty in between. */
  announce(words: string): void {
    const { live } = this.panel;
    live.textContent = "";
    requestAnimationFrame(() => (live.textContent = words));
  }

  #open(): void {
    const panel = this.panel.panel as HTMLDialogElement;
    if (panel.matches(":modal")) return;
    const focused = this.#page.activeElement as HTMLElement | null;
    if (focused !== this.host.element && focused !== this.#page.body) this.#focusedBefore = focused;
    panel.removeAttribute("open");
    panel.showModal();
    this.open = true;
    this.#since = Infinity;
    this.#unlock ??= lockScroll(this.#page, this.panel.mode === "dialog");
    panel.scrollTop = 0;
    this.panel.title.focus({ preventScroll: true });
  }

  /* Lets go of the page. */
  #release(): void {
    if (!this.open) return;
    this.open = false;
    released = performance.now();
    (this.panel.panel as HTMLDialogElement).close();
    this.#unlock?.();
    this.#unlock = null;
    if (this.#focusedBefore?.isConnected) this.#focusedBefore.focus({ preventScroll: true });
    this.#focusedBefore = null;
  }

  /** Says each outcome once, none after the last, and none before `shown`. */
  say(outcome: Outcome): void {
    const { exposure, said } = this;
    if (said.has(outcome) || FINAL.some((end) => said.has(end))) return;
    if (outcome !== "shown") this.say("shown");
    said.add(outcome);
    const at = performance.now();
    this.host.dispatch<OutcomeDetail>("outcome", {
      outcome,
      assessment_id: this.given.id,
      get ago_ms() {
        return Math.round(performance.now() - at);
      },
      visible_ms: Math.round(exposure.visibleMs),
      scrolled: exposure.scrolled,
      ignored_inputs: exposure.ignoredInputs,
    });
    if (FINAL.includes(outcome)) this.host.ended();
  }

  /** Gone without a decision. An alert that was never visible was not abandoned. */
  leave(): void {
    if (this.said.has("shown")) this.say("abandoned");
    this.close();
  }

  /** Takes it from the screen and says nothing. */
  close(): void {
    this.unwatch();
    this.#release();
    this.panel.panel.remove();
    this.#probe.remove();
  }
}
