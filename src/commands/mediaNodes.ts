// What commands have to know of the media nodes that run.

/** What is known of media nodes now. It may be wrong for seconds, and is never the reason why two have a session. */
export type MediaNodes = {
  /** Names of those that take sessions, the one with the least to do first. */
  takers: () => readonly string[];
  /** `gone`: silent, or off the list, while all others were seen. In doubt a node is there. */
  standing: (node: string) => 'there' | 'stopping' | 'gone';
};

/** Where media nodes are not looked for, sessions stay where they are. */
export const noMediaNodes: MediaNodes = { takers: () => [], standing: () => 'there' };
