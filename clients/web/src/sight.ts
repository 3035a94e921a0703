/** Whether an element is rendered, on top, reachable. */

/** False under `display: none`, `visibility: hidden` and the like; with `opacity`, under `opacity: 0` too, which the top
    layer escapes. Unlike the host, a probe has a box even where the page gave the host `display: contents`. */
export function isRendered(probe: HTMLElement, opacity: boolean): boolean {
  if (probe.checkVisibility)
    return probe.checkVisibility({
      visibilityProperty: true,
      checkVisibilityCSS: true,
      opacityProperty: opacity,
      checkOpacity: opacity,
    });
  return probe.getClientRects().length > 0 && getComputedStyle(probe).visibility === "visible"; /* Safari before 17.4 */
}

/** The open popovers of a page. */
export const popovers = (page: Document): Element[] =>
  CSS.supports("selector(:popover-open)") ? [...page.querySelectorAll(":popover-open")] : [];

/** False if the middle of its visible part is covered, more than a fifth of fifteen points, or any of it by a popover that is not in
    `below`. A popover over a modal dialog is inert: a hit test goes through it. */
export function isOnTop(panel: HTMLElement, host: HTMLElement, below: Element[]): boolean {
  const root = host.getRootNode() as Document | ShadowRoot;
  const page = host.ownerDocument;
  const { clientWidth, clientHeight } = page.documentElement;
  const box = panel.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, clientWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, clientHeight)];
  const covers = (popover: Element): boolean => {
    const other = popover.getBoundingClientRect();
    return (
      !below.includes(popover) && other.left < right && other.right > left && other.top < bottom && other.bottom > top
    );
  };
  const hits = (x: number, y: number): boolean =>
    root.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y) === host;
  const points = [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((y) => [0.2, 0.5, 0.8].map((x) => hits(x, y)));
  return points[7] === true && points.filter(Boolean).length >= 12 && !popovers(page).some(covers);
}

/** Whether it or an ancestor, across shadow roots, is hidden from screen readers, or inert. Inert ancestors leave a modal
    dialog as it is. */
export function isInert(host: HTMLElement, modal: boolean): boolean {
  for (let node: Node | null = host; node; node = node instanceof ShadowRoot ? node.host : node.parentNode) {
    if (node instanceof HTMLElement && (node.ariaHidden === "true" || (node.inert && !modal))) return true;
  }
  return false;
}
