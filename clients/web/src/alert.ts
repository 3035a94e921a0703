/** The alert of an answer, and what the component says about it. Enums are open: a later service may send other words. */

type Open<Known extends string> = Known | (string & {});

export type ActionKind = "cancel" | "review" | "call" | "report" | "proceed";
export type Mode = "banner" | "dialog" | "interstitial";
export type Severity = "info" | "caution" | "high" | "critical";

export interface Action {
  kind: Open<ActionKind>;
  label: string;
  url?: string;
  phone?: string;
}

export interface Presentation {
  mode: Open<Mode>;
  /** Seconds until `proceed` works, at most 60. */
  min_display_seconds: number;
  acknowledge: Open<"none" | "checkbox">;
}

/** `alert` in the answer of `POST /v1/assessments`. */
export interface Alert {
  rule_id: string;
  region: string;
  typology: string;
  severity: Open<Severity>;
  variant: string | null;
  language: string;
  direction: Open<"ltr" | "rtl">;
  text_status: Open<"official" | "draft" | "machine" | "sample">;
  source: string | null;
  title: string;
  body: string[];
  questions: string[];
  actions: Action[];
  presentation: Presentation;
}

/** The answer of `POST /v1/assessments`. Without an id (a fallback file), outcomes cannot be reported. */
export interface Assessment {
  assessment_id: string | null;
  alert: Alert | null;
}

export type Outcome = "shown" | "reviewed" | "reported" | "cancelled" | "proceeded" | "abandoned";

/** The detail of `forewarn-outcome`. As JSON, it is the body of an outcome. */
export interface OutcomeDetail {
  outcome: Outcome;
  assessment_id: string | null;
  /** How long ago it happened, in milliseconds, at the moment of reading. */
  readonly ago_ms: number;
  /** How long the alert had been visible and on top, in milliseconds. */
  visible_ms: number;
  /** Whether its text had been seen to the end. */
  scrolled: boolean;
  /** Clicks, taps and keys that came too early to be meant. */
  ignored_inputs: number;
}

export interface ReadyDetail {
  assessment_id: string | null;
  mode: Mode;
}

/**
 * `not-json`, `not-an-alert`, `no-title`: it cannot be drawn. `failed`: a fault of this component. In these four cases the
 * element shows its children, the static fallback. `not-rendered`: an ancestor or the element is hidden. `inert`: it or
 * an ancestor is hidden from screen readers, or inert. `not-visible`: open for two seconds, and nobody can see it.
 */
export type ErrorReason =
  "not-json" | "not-an-alert" | "no-title" | "not-rendered" | "inert" | "not-visible" | "failed";

export interface ErrorDetail {
  assessment_id: string | null;
  reason: ErrorReason;
  message: string;
}

/** The component's own words, in one language. */
export interface Words {
  read: string;
  /** With `{n}`, the seconds. */
  wait: string;
  ready: string;
  tick: string;
  scroll: string;
  sample: string;
  draft: string;
  machine: string;
  /** With `{name}`, the partner. */
  source: string;
  new_tab: string;
}
