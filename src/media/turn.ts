// The relay for clients that cannot reach the media ports themselves, and their credentials for it.
import { createHmac } from 'node:crypto';

/** `urls` as browsers take them (`turn:host:port?transport=udp`); `secret` is the relay's `static-auth-secret`. */
export type TurnRelay = { urls: readonly string[]; secret: string };
export type IceServer = { urls: string[]; username: string; credential: string };

// Longer than any meeting goes on without a new transport or a restart of ICE, both of which bring fresh ones.
const lifetimeMs = 12 * 3_600_000;

/**
 * What a client needs to use the relay for the next twelve hours: the time it ends as the user's name, and the relay's
 * signature of that as the password (draft-uberti-behave-turn-rest-00; coturn's `use-auth-secret`). `user` only tells
 * clients apart in the relay's log. Empty where there is no relay.
 */
export const iceServersFor = (relay: TurnRelay | null, user: string, now: Date): IceServer[] => {
  if (!relay) return [];
  const username = `${Math.floor((now.getTime() + lifetimeMs) / 1000)}:${user}`;
  const credential = createHmac('sha1', relay.secret).update(username).digest('base64');
  return [{ urls: [...relay.urls], username, credential }];
};
