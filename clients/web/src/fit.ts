/** Fits a drawn panel to its screen: the size of the title, and which actions stay in sight. */
import type { Panel } from "./panel.js";

/* Of the panel's height. At 360 x 560 and usual text, the first three actions take 0.3 to 0.45 of it. */
const ALL_UP_TO = 1 / 3;
const HELPLINE_UP_TO = 0.45;
const CANCEL_UP_TO = 0.3;

/** `height` is that of what scrolls. Returns how much of it the actions cover at its bottom, in pixels. */
export function fit({ panel, title, actions }: Panel, height: number): number {
  /* A word that is too long for its line makes the title smaller before it breaks. */
  title.classList.remove("breaks");
  for (const share of [1, 0.9, 0.8, 0.7]) {
    title.style.setProperty("--_fit", `${share}`);
    if (title.scrollWidth <= title.clientWidth) break;
  }
  title.classList.toggle("breaks", title.scrollWidth > title.clientWidth);

  const { top, height: whole } = actions.getBoundingClientRect();
  const heights = [...actions.children].map((action) => action.getBoundingClientRect().bottom - top);
  const helpline = Math.max(
    [...actions.children].findIndex((action) => action.classList.contains("call")),
    0,
  );
  const upTo = (share: number) => heights.findLast((bottom) => bottom <= height * share);
  const atLeast = heights[helpline] ?? 0;
  const first = heights[0] ?? 0;
  const all = upTo(ALL_UP_TO) ?? 0;
  const bar =
    all >= atLeast ? all : atLeast <= height * HELPLINE_UP_TO ? atLeast : first <= height * CANCEL_UP_TO ? first : 0;
  actions.classList.toggle("sticks", bar > 0);
  actions.style.setProperty("--_rest", `${Math.max(whole - bar - 10, 0)}px`);
  panel.style.setProperty("--_bar", `${bar}px`);
  return bar;
}
