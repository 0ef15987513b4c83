// Who asks at the terminal of the server: the server itself, which may do everything and comes from nowhere.
import { type Call, systemActor } from '../commands/call.ts';

export const terminalCall = (newId: () => string): Call => ({
  caller: {
    actor: systemActor,
    role: 'admin',
    signInId: null,
    origin: { displayName: '', ip: '', userAgent: '' },
  },
  commandId: newId(),
  reason: 'Asked for at the terminal of the server',
});
