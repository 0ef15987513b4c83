// The device session's token travels in a cookie that scripts cannot read, or as a bearer token.
import type { IncomingMessage } from 'node:http';

const name = 'hansard_session';
const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

/** The token of a request, or null; anything that cannot be one of ours is ignored. */
export const tokenOf = ({ headers }: IncomingMessage): string | null => {
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const cookie = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .find(([key]) => key === name)?.[1];
  const token = bearer ?? cookie ?? '';
  return tokenPattern.test(token) ? token : null;
};

const attributes = (encrypted: boolean): string => `Path=/; HttpOnly; SameSite=Lax${encrypted ? '; Secure' : ''}`;

export const sessionCookie = (token: string, expiresAt: Date, encrypted: boolean): string =>
  `${name}=${token}; Expires=${expiresAt.toUTCString()}; ${attributes(encrypted)}`;

export const clearedSession = (encrypted: boolean): string => `${name}=; Max-Age=0; ${attributes(encrypted)}`;
