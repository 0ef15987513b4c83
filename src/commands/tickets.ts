// Tickets let one browser into one leg: short-lived, signed, used once (the media plane sees to the last).
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const payload = z.object({
  legId: z.uuid(),
  sessionId: z.uuid(),
  participantId: z.uuid(),
  displayName: z.string(),
  /** The media node the session belongs to; null where none was there to take it. */
  node: z.string().nullable(),
  position: z.string(),
  expiresAt: z.coerce.date(),
});
export type Ticket = z.infer<typeof payload>;

const signatureOf = (secret: Buffer, body: string): Buffer => createHmac('sha256', secret).update(body).digest();

/** `body.signature`, both base64url. */
export const signTicket = (secret: Buffer, ticket: Ticket): string => {
  const body = Buffer.from(JSON.stringify(ticket)).toString('base64url');
  return `${body}.${signatureOf(secret, body).toString('base64url')}`;
};

/** The ticket if we signed it and it has not expired, else null. */
export const verifyTicket = (secret: Buffer, signed: string, now: Date): Ticket | null => {
  const [body, signature, ...rest] = signed.split('.');
  if (!body || !signature || rest.length > 0 || signed.length > 4_096) return null;
  const expected = signatureOf(secret, body);
  const actual = Buffer.from(signature, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null;
  const { data } = payload.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  return data && data.expiresAt > now ? data : null;
};
