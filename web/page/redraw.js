/** Decides when the page is drawn: at most once in a frame, and less often while results arrive. */

import { holding } from "./list/hold.js";

/** Minimum time between two draws while results arrive, in milliseconds. More draws are not visible and overload slow machines. */
const STREAM_MS = 100;
/** Interval for all draws while the page is hidden, in milliseconds. */
const HIDDEN_MS = 500;

export class Redraw {
  #draw;
  #isGrowing;
  #wasGrowing = false;
  #scheduled = false;
  #timer = 0;
  /** Time of the last draw of results; 0 before the first results. */
  #streamed = 0;

  /** @param {() => void} draw @param {() => boolean} isGrowing whether results still arrive */
  constructor(draw, isGrowing) {
    this.#isGrowing = isGrowing;
    this.#draw = () => {
      const grows = isGrowing();
      // What a person has changed may move. Measuring takes time in a long list.
      if (grows || this.#wasGrowing) holding(draw);
      else draw();
      this.#wasGrowing = grows;
    };
  }

  /** Draw once in the next frame, however many changes precede it. */
  schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const draw = () => {
      this.#scheduled = false;
      this.#draw();
    };
    // A hidden page has no frames, but its title is still visible.
    if (document.hidden) setTimeout(draw, HIDDEN_MS);
    else requestAnimationFrame(draw);
  }

  /**
   * Draw the first results and the end at once, and what comes between at most every STREAM_MS. At the end the results can be saved,
   * so they must be in sight.
   * @param {boolean} hasResults
   */
  stream(hasResults) {
    const isEnd = this.#wasGrowing && !this.#isGrowing();
    if (isEnd || (!this.#streamed && hasResults)) {
      this.#streamed = performance.now();
      this.#draw();
      return;
    }
    const wait = this.#streamed + STREAM_MS - performance.now(); // negative after a pause: draw at once
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      if (this.#streamed) this.#streamed = performance.now();
      this.schedule();
    }, wait);
  }

  /** Begin with another check's results. */
  reset() {
    this.#streamed = 0;
  }
}
