/** What a shell needs of its terminal. */
export interface ShellOptions {
  /** Takes what the terminal shows: UTF-8 with the control sequences of a VT100. */
  readonly write: (bytes: Uint8Array) => void;
  /** Told when the session is over. */
  readonly onExit?: () => void;
  /** Columns of the terminal; 80 by default. */
  readonly columns?: number;
  /** Rows of the terminal; 24 by default. */
  readonly rows?: number;
  /** Name before the `@` of the prompt; `user` by default. */
  readonly user?: string;
}
