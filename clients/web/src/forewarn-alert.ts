/** `<forewarn-alert>`: shows the alert of an assessment and says what the user does. docs/component.md describes it. */
import type { Alert, Assessment, ErrorDetail, ErrorReason, OutcomeDetail, ReadyDetail, Words } from "./alert.js";
import { canonical, headingLevel, readAlert, readAssessment, Unreadable } from "./read.js";
import { type Given, type Host, type Look, Showing } from "./showing.js";
import { LANGUAGES, loadWords, replaced, wordsNow } from "./words.js";

export type * from "./alert.js";

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
    sheet.replaceSync(
      STYLE.replace(CSS.supports("color", "light-dark(red,red)") ? /$^/ : /light-dark\((#\w+),#\w+\)/g, "$1"),
    );
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
  #words: Partial<Words> = {};
  #change: Change = {};
  #queued = false;
  #showing: Showing | null = null;
  /* What the user has decided about: setting it again does not ask again. */
  #decided: Given | null = null;
  #root = this.attachShadow({ mode: "open" });
  #host: Host = {
    element: this,
    root: this.#root,
    dispatch: (name, detail) =>
      this.dispatchEvent(new CustomEvent(`forewarn-${name}`, { bubbles: true, composed: true, detail })),
    complain: (reason, message, id) => {
      console.error(`<forewarn-alert>: ${reason}: ${message}`);
      this.#host.dispatch<ErrorDetail>("error", { assessment_id: id, reason, message });
    },
    attempt: (act) => {
      try {
        act();
      } catch (fault) {
        this.#leave();
        this.#root.replaceChildren(document.createElement("slot"));
        const [reason, message] =
          fault instanceof Unreadable ? [fault.reason, fault.message] : (["failed", String(fault)] as const);
        const told = JSON.stringify([this.#id, message]);
        if (told !== this.#told) this.#host.complain(reason, message, this.#id);
        this.#told = told;
      }
    },
    ended: () => {
      this.#decided = this.#showing?.given ?? null;
      this.#close();
    },
  };

  constructor() {
    super();
    this.adoptedCallback();
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
    const words = replaced(value ?? {});
    if (JSON.stringify(words) === JSON.stringify(this.#words)) return;
    this.#words = words;
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
    this.#showing?.watch();
  }

  disconnectedCallback(): void {
    this.#showing?.unwatch();
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
      if (this.isConnected) this.#host.attempt(() => this.#apply());
    });
  }

  #apply(): void {
    const change = this.#change;
    this.#change = {};
    if (change.reset) {
      this.#leave();
      this.#decided = null;
    }
    if (change.alert) {
      if (this.#fault) throw this.#fault;
      this.#told = null;
      if (this.#alert)
        this.#show({ id: this.#id, alert: this.#alert, text: canonical(this.#alert) }, Boolean(change.look));
      else this.#root.replaceChildren();
    } else if (change.look && this.#showing) this.#show(this.#showing.given, true);
  }

  #show(given: Given, anew: boolean): void {
    const showing = this.#showing;
    if (!showing && this.#decided && isSame(this.#decided, given)) {
      console.warn("<forewarn-alert>: decided; set null to ask again");
      return;
    }
    const same = showing !== null && isSame(showing.given, given);
    if (same && !anew && showing.given.text === given.text) return;
    const look = this.#look(given.alert);
    if (same && showing.suits(given, look)) showing.redraw(given, look);
    else {
      /* Drawn in another way, or another warning about the same withdrawal: nobody left. */
      const stays = same || (given.id !== null && showing?.given.id === given.id);
      if (stays) this.#close();
      else this.#leave();
      this.#showing = new Showing(this.#host, given, look, stays ? showing : null, same);
    }
    const shown = this.#showing;
    void loadWords(given.alert.language).then((came) => came && shown === this.#showing && this.#later({ look: true }));
  }

  #look({ language }: Alert): Look {
    return {
      inline: this.getAttribute("placement") === "inline",
      level: headingLevel(this.getAttribute("heading-level")),
      words: { ...wordsNow(language), ...this.#words },
    };
  }

  #leave(): void {
    this.#showing?.leave();
    this.#close();
  }

  #close(): void {
    this.#showing?.close();
    this.#showing = null;
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
  if (other) console.warn(`<forewarn-alert>: ${VERSION} is not used, ${other.version} is there`);
  else customElements.define("forewarn-alert", ForewarnAlert);
}
