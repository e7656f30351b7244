// An answer before it becomes Discord's JSON (discord/render.ts) or a terminal's lines (terminal/output.ts).

/** A button. It works after a restart too, because its command can find the request by the key alone. */
export interface ReplyButton {
  readonly label: string;
  readonly style: 'primary' | 'secondary';
  /** The command that answers it. */
  readonly command: string;
  /** Identifies the request for that command. Becomes the custom_id `command:key`, of at most 100 characters. */
  readonly key: string;
}

export interface ReplyImage {
  /** A file name: `allocation.png`. */
  readonly name: string;
  readonly png: Uint8Array;
  /** Alternative text for people who cannot see the image. */
  readonly description: string;
}

/** An attachment to download rather than to display. */
export interface ReplyFile {
  /** A file name: `my-data.json`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly description: string;
}

export interface ReplyField {
  readonly name: string;
  readonly value: string;
}

/** One answer to one person. Text is Discord's markdown; discord/embed.ts chooses the longest form that fits. */
export interface Reply {
  readonly tone: 'answer' | 'warning' | 'error' | 'info';
  readonly title: string;
  readonly body?: string;
  /** Lines of a fixed-width table, header first; shown in a code block. */
  readonly table?: readonly string[];
  readonly fields?: readonly ReplyField[];
  readonly footer?: string;
  /** The most important one first. */
  readonly images?: readonly ReplyImage[];
  readonly files?: readonly ReplyFile[];
  readonly buttons?: readonly ReplyButton[];
}
