/** How long an alert has been visible, and whether its wait is over. */

/* A longer gap between two looks means that the page stood still, and nobody could read. */
const LONGEST_GAP = 500;
const LONGEST_WAIT = 60_000;

export class Exposure {
  visibleMs = 0;
  /** The text has been seen to its end. */
  scrolled = false;
  ignoredInputs = 0;
  #last: number | null = null;
  readonly #wait: number;

  constructor(seconds: unknown) {
    this.#wait = Math.min(Math.max(Number(seconds) * 1000 || 0, 0), LONGEST_WAIT);
  }

  /** Milliseconds of the wait that are left. */
  get left(): number {
    return Math.max(this.#wait - this.visibleMs, 0);
  }

  /** Counts the time since the last look if the alert was visible then and is now. */
  look(now: number, visible: boolean): void {
    if (this.#last !== null && visible) this.visibleMs += Math.min(now - this.#last, LONGEST_GAP);
    this.#last = visible ? now : null;
  }
}
