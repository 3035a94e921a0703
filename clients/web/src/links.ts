/** Where an alert may link to: HTTPS pages and telephone numbers, nothing else. */
import type { Action } from "./alert.js";
import { text } from "./read.js";

export interface Target {
  href: string;
  /** What the reader sees of it: the host, or the number as given. */
  detail: string;
  isPage: boolean;
}

export function targetOf(action: Action): Target | null {
  const phone = text(action.phone);
  if (/^[+*#0-9][0-9 ()*#-]{1,23}$/.test(phone)) {
    return { href: `tel:${phone.replace(/[ ()-]/g, "").replaceAll("#", "%23")}`, detail: phone, isPage: false };
  }
  try {
    const page = new URL(text(action.url));
    if (page.protocol === "https:" && !page.username)
      return { href: page.href, detail: page.host.replace(/^www\./, ""), isPage: true };
  } catch {
    /* not an address */
  }
  return null;
}
