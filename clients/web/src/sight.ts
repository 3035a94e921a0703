/** Whether an element is rendered, on top, reachable. */

/** False under `display: none`, `visibility: hidden` and the like. Unlike the host, a probe has a box even where the page gave the
    host `display: contents`. */
export function isRendered(probe: HTMLElement): boolean {
  if (probe.checkVisibility) return probe.checkVisibility({ visibilityProperty: true, checkVisibilityCSS: true });
  return probe.getClientRects().length > 0 && getComputedStyle(probe).visibility === "visible"; /* Safari before 17.4 */
}

/** False if the middle of its visible part is covered, or more than a fifth of fifteen points. */
export function isOnTop(panel: HTMLElement, host: HTMLElement): boolean {
  const root = host.getRootNode() as Document | ShadowRoot;
  const view = host.ownerDocument.documentElement;
  const box = panel.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, view.clientWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, view.clientHeight)];
  const hits = (x: number, y: number): boolean => root.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y) === host;
  const rows = [0.1, 0.3, 0.5, 0.7, 0.9];
  return hits(0.5, 0.5) && rows.flatMap((y) => [0.2, 0.5, 0.8].map((x) => hits(x, y))).filter(Boolean).length >= 12;
}

/** The closest ancestor that makes the element unreachable, across shadow roots. */
export function inertAncestor(host: HTMLElement): Element | null {
  for (let node: Node | null = host; node; node = node instanceof ShadowRoot ? node.host : node.parentNode) {
    if (node instanceof Element && (node.hasAttribute("inert") || node.getAttribute("aria-hidden") === "true")) return node;
  }
  return null;
}
