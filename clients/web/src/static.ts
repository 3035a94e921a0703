/** An alert as plain HTML: what a page shows before the script does, or in its place. It needs no DOM. */
import type { Action, Alert, Words } from "./alert.js";
import { targetOf } from "./links.js";
import { headingLevel, isBlank, STATUSES, text, texts } from "./read.js";
import { replaced, wordsNow } from "./words.js";

export interface StaticOptions {
  /** Replaces some of the component's own words. */
  words?: Partial<Words> | null | undefined;
  /** 1 to 6; 2 unless given. */
  headingLevel?: number | undefined;
}

/** An element: its tag, its attributes, and what is in it. */
export type Piece = readonly [
  tag: string,
  attributes: Readonly<Record<string, string>>,
  ...children: (Piece | string)[],
];

/** The alert's title, texts, questions and links, or null if it says nothing. Whatever is missing is left out. */
export function staticPiece(given: Partial<Alert> | null | undefined, options: StaticOptions = {}): Piece | null {
  const alert: Partial<Alert> = typeof given === "object" && given ? given : {};
  const words = { ...wordsNow(text(alert.language)), ...replaced(options.words ?? {}) };
  const level = headingLevel(options.headingLevel);
  const paragraph = (said: string): Piece => ["p", {}, said];
  const questions = texts(alert.questions).map((said): Piece => ["li", {}, said]);
  const inside = [
    ...texts([alert.title]).map((said): Piece => [`h${level}`, {}, said]),
    ...texts(alert.body).map(paragraph),
    ...(questions.length ? [["ul", {}, ...questions] satisfies Piece] : []),
    ...(Array.isArray(alert.actions) ? alert.actions : []).flatMap((action) => links(action, words)),
  ];
  if (!inside.length) return null;
  const status = STATUSES.find((one) => one === alert.text_status);
  inside.push(...texts([alert.source]).map((name) => paragraph(words.source.replace("{name}", () => name))));
  if (status) inside.push(paragraph(words[status]));
  const attributes: Record<string, string> = { dir: alert.direction === "rtl" ? "rtl" : "ltr" };
  if (text(alert.language)) attributes["lang"] = text(alert.language);
  return ["div", attributes, ...inside];
}

function links(action: Action | null, words: Words): Piece[] {
  const label = text(action?.label);
  const target =
    action && ["review", "call", "report"].includes(action.kind) && !isBlank(label) ? targetOf(action) : null;
  if (!target) return [];
  const { href, detail, isPage } = target;
  const said = [label, ...(label.includes(detail) ? [] : [detail]), ...(isPage ? [`(${words.new_tab})`] : [])].join(
    " ",
  );
  return [["p", {}, ["a", isPage ? { href, target: "_blank", rel: "noopener noreferrer" } : { href }, said]]];
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (said: string): string => said.replace(/[&<>"']/g, (one) => ESCAPES[one] ?? "");

function written(piece: Piece | string): string {
  if (typeof piece === "string") return escaped(piece);
  const [tag, attributes, ...children] = piece;
  const pairs = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return `<${tag}${pairs.join("")}>${children.map(written).join("")}</${tag}>`;
}

/** HTML to put between the tags of `<forewarn-alert>`; empty if the alert says nothing. Every text is escaped. */
export function alertToHTML(alert: Partial<Alert> | null | undefined, options: StaticOptions = {}): string {
  const piece = staticPiece(alert, options);
  return piece ? written(piece) : "";
}
