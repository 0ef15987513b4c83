// Every bound of the media plane in one place; times in ms.

export const mediaLimits = {
  legsPerSessionMax: 200,
  consumersPerLegMax: 600,
  incomingBitsPerSecondMax: 8_000_000,
  socketsMax: 5_000,
  pendingSocketsMax: 256,
  helloTimeoutMs: 5_000,
  messageBytesMax: 64 * 1024,
  messagesPerSecond: 50,
  messagesBurst: 250,
  requestsQueuedMax: 256,
  /** A client that reads slower than this is cut off; it comes back with a fresh picture. */
  outboxBytesMax: 1024 * 1024,
  pingMs: 5_000,
  /** How long a leg outlives its socket, so that a short network cut leaves no trace on the record. */
  graceMs: 15_000,
  neverConnectedMs: 60_000,
  /** How long a hello waits for the position of its ticket and for the session to be placed here. */
  admissionWaitMs: 2_000,
  tickMs: 1_000,
  qualitySampleMs: 10_000,
  factsQueuedMax: 20_000,
  connectedLingerMs: 250,
  ticketsRememberedMax: 100_000,
} as const;

export type MediaLimits = { [Name in keyof typeof mediaLimits]: number };
