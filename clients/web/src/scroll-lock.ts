/** Keeps the page behind a modal alert from scrolling. */

const locks = new WeakMap<Document, { count: number; overflow: string; gutter: string }>();

/** Returns what undoes it. Several alerts share one lock. */
export function lockScroll(page: Document, keepGutter: boolean): () => void {
  const { style, scrollHeight, clientHeight } = page.documentElement;
  const lock = locks.get(page) ?? { count: 0, overflow: style.overflow, gutter: style.scrollbarGutter };
  locks.set(page, lock);
  if (lock.count++ === 0) {
    /* Without a gutter, the page would shift by a scrollbar's width. */
    if (keepGutter && scrollHeight > clientHeight) style.scrollbarGutter = "stable";
    style.overflow = "hidden";
  }
  return () => {
    if (--lock.count > 0) return;
    style.overflow = lock.overflow;
    style.scrollbarGutter = lock.gutter;
    locks.delete(page);
  };
}
