/** Who waits for news looks up so often, ms. */
export const LOOK_MS = 100;

/** What a thread waits for while others work: that one of them says something. */
export class News {
  private wake: (() => void) | undefined;

  /** Waits for news; false if there was none for a while. */
  wait(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.wake = undefined;
        resolve(false);
      }, LOOK_MS);
      this.wake = () => {
        this.wake = undefined;
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  /** Says that there is news. */
  tell(): void {
    this.wake?.();
  }
}
