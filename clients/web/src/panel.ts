/** Draws an alert. Every text is set as text. */
import type { Action, ActionKind, Alert, Mode, Severity, Words } from "./alert.js";
import { targetOf } from "./links.js";
import { isBlank, oneOf, STATUSES, text, texts } from "./read.js";
import { languageOf } from "./words.js";

const MODES: readonly Mode[] = ["banner", "dialog", "interstitial"];
const SEVERITIES: readonly Severity[] = ["info", "caution", "high", "critical"];
const ORDER: readonly ActionKind[] = ["cancel", "review", "call", "report", "proceed"];

export interface Panel {
  panel: HTMLElement;
  mode: Mode;
  title: HTMLElement;
  /** The last part of the text. */
  end: Element;
  actions: HTMLElement;
  live: HTMLElement;
  box: HTMLInputElement | null;
  proceed: HTMLElement | null;
  wait: HTMLElement | null;
}

type Attributes = Record<string, string | number | null>;

function node<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  name: string,
  attributes: Attributes = {},
  ...children: (Node | string | null | undefined | 0)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (name) {
    made.className = name;
    made.dataset["testid"] = `forewarn-${name.replace(/^action /, "")}`;
  }
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, String(value));
  for (const child of children) if (child) made.append(child);
  return made;
}

function icon(typology: string): HTMLElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  for (const d of (Object.hasOwn(ICONS, typology) && ICONS[typology]) || ICONS["general"] || [])
    svg.appendChild(document.createElementNS(space, "path")).setAttribute("d", d);
  return node("div", "icon", { "aria-hidden": "true" }, svg);
}

/* A title in Chinese or Japanese may break between words only; the style sheet forbids every other place. */
function titleWords(title: string, language: string): (Node | string)[] {
  if (!/^(zh|ja)/.test(language) || !Intl.Segmenter) return [title];
  const parts = [...new Intl.Segmenter(languageOf(language), { granularity: "word" }).segment(title)];
  return parts.flatMap(({ segment, isWordLike }, at) =>
    at && isWordLike && !/\p{Ps}|\p{Pi}/u.test(parts[at - 1]!.segment)
      ? [document.createElement("wbr"), segment]
      : [segment],
  );
}

export const modeOf = (alert: Alert): Mode => oneOf(alert.presentation?.mode, MODES, "dialog");
export const isModal = (alert: Alert, inline: boolean): boolean => !inline && modeOf(alert) !== "banner";

/** Draws `alert` anew, into `old` where there is one of the same tag: an open dialog stays open. */
export function draw(alert: Alert, words: Words, level: number, inline: boolean, old: HTMLElement | null): Panel {
  const mode = modeOf(alert);
  const modal = isModal(alert, inline);
  const title = node(
    `h${level}` as "h2",
    "title",
    { id: "title", tabindex: -1 },
    ...titleWords(alert.title, text(alert.language)),
  );
  const live = node("p", "sr", { role: "status" });
  const body = texts(alert.body);
  const questions = texts(alert.questions);
  const status = STATUSES.find((one) => one === alert.text_status);
  const parts = [
    body.length && node("div", "body", { id: "body" }, ...body.map((one) => node("p", "", {}, one))),
    questions.length &&
      node(
        "ul",
        "questions",
        { role: "list" },
        ...questions.map((one) => node("li", "", {}, node("span", "", {}, one))),
      ),
  ];
  const { actions, go, ...controls } = drawActions(alert, words);
  const inside = node(
    "div",
    "inside",
    {},
    node("div", "head", {}, icon(text(alert.typology)), title),
    ...parts,
    text(alert.source)
      ? node(
          "p",
          "source",
          {},
          words.source.replace("{name}", () => text(alert.source)),
        )
      : null,
    status && node("p", "notice", {}, words[status]),
    actions,
    go,
    live,
  );
  const panel = old ?? document.createElement(modal ? "dialog" : "section");
  panel.replaceChildren(inside);
  panel.className = `alert is-${mode} ${oneOf(alert.severity, SEVERITIES, "caution")}`;
  const attributes: Attributes = {
    lang: text(alert.language) || null,
    dir: alert.direction === "rtl" ? "rtl" : "ltr",
    role: inline ? "group" : mode === "banner" ? "region" : "alertdialog",
    "aria-labelledby": "title",
    "aria-describedby": body.length && mode !== "banner" ? "body" : null,
    "data-testid": "forewarn-panel",
  };
  for (const [key, value] of Object.entries(attributes))
    value === null ? panel.removeAttribute(key) : panel.setAttribute(key, String(value));
  return { panel, mode, title, end: parts.findLast(Boolean) || title, actions, live, ...controls };
}

function drawActions(alert: Alert, words: Words) {
  const given: Action[] = Array.isArray(alert.actions)
    ? alert.actions.filter((one) => one && ORDER.includes(one.kind as ActionKind) && !isBlank(one.label))
    : [];
  given.sort((one, other) => ORDER.indexOf(one.kind as ActionKind) - ORDER.indexOf(other.kind as ActionKind));
  const actions = node("div", "actions");
  let proceed: HTMLElement | null = null;
  for (const action of given) {
    const { kind, label } = action;
    const name = `action ${kind}`;
    if (kind === "cancel") actions.append(node("button", name, { type: "button", "data-kind": kind }, label));
    else if (kind === "proceed")
      proceed = node("button", name, { type: "button", "data-kind": kind, "aria-describedby": "wait" }, label);
    else {
      const target = targetOf(action);
      if (!target) continue;
      const { href, detail, isPage } = target;
      const link = node(
        "a",
        name,
        { href, "data-kind": kind, ...(isPage && { target: "_blank", rel: "noopener noreferrer" }) },
        node("span", "", {}, label),
      );
      if (!label.includes(detail)) link.append(node("span", "detail", { dir: "ltr" }, detail));
      if (isPage) link.append(node("span", "sr", {}, `(${words.new_tab})`));
      actions.append(link);
    }
  }
  if (!proceed) return { actions, go: null, box: null, proceed: null, wait: null };
  const box =
    alert.presentation?.acknowledge === "checkbox"
      ? node("input", "acknowledge", { type: "checkbox", "aria-describedby": "wait" })
      : null;
  const wait = node("p", "wait", { id: "wait" });
  const go = node(
    "div",
    "go",
    {},
    box && node("label", "read", {}, box, node("span", "", {}, words.read)),
    proceed,
    wait,
  );
  return { actions, go, box, proceed, wait };
}
