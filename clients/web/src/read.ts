/** Reads what a page gives as an alert. */
import type { Alert, ErrorReason } from "./alert.js";

export class Unreadable extends Error {
  constructor(
    readonly reason: ErrorReason,
    message: string,
  ) {
    super(message);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value ?? null;
  try {
    return JSON.parse(value);
  } catch {
    throw new Unreadable("not-json", "expected JSON; set an object as a property");
  }
}

/** An alert with a title, or null; other members may be missing. Takes JSON too. Throws Unreadable. */
export function readAlert(value: unknown): Alert | null {
  const alert = parsed(value);
  if (alert === null) return null;
  if (!isObject(alert)) throw new Unreadable("not-an-alert", "expected an object with a title");
  if (isBlank(alert["title"])) throw new Unreadable("no-title", "the title is blank");
  return alert as unknown as Alert;
}

/** The id and the alert of an answer. Takes JSON too. Throws Unreadable. */
export function readAssessment(value: unknown): [id: string | null, alert: unknown] {
  const answer = parsed(value);
  if (answer === null) return [null, null];
  if (!isObject(answer) || !("alert" in answer))
    throw new Unreadable("not-an-alert", "expected an object with an alert");
  return [text(answer["assessment_id"]) || null, answer["alert"]];
}

/** JSON with the members of every object in one order. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part,
  );

export const text = (value: unknown): string => (typeof value === "string" ? value : "");
export const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => !isBlank(one)) : []);
export const oneOf = <T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T =>
  allowed.includes(value as T) ? (value as T) : otherwise;

/** Also true of text that nobody can see. */
export const isBlank = (value: unknown): boolean => !/[^\s\p{Cf}]/u.test(text(value));

/** The level of a heading; 2 for what is none. */
export const headingLevel = (value: unknown): number =>
  [1, 2, 3, 4, 5, 6].find((one) => String(one) === String(value)) ?? 2;

/** The statuses of a text that a notice tells. */
export const STATUSES = ["sample", "draft", "machine"] as const;
