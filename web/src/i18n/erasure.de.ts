// Texte zum Unkenntlichmachen von Personen und Nachrichten.
import { plural } from './compile.ts';
import type en from './erasure.en.ts';

export default {
  'admin.account.deleted': 'Gelöscht',
  'admin.account.erased': 'Unkenntlich gemacht',
  'admin.account.erasing': 'Wird unkenntlich gemacht',
  'admin.accounts.deleted': 'Gelöschte Konten',
  'admin.accounts.deleted.none': 'Es wurde kein Konto gelöscht',
  'admin.erase': 'Person unkenntlich machen …',
  'admin.erase.chatMessages': 'Geschriebene Chatnachrichten',
  'admin.erase.connections': 'Verbindungen mit Adresse und Programm',
  'admin.erase.devices': 'Geräte',
  'admin.erase.events': 'Ereignisse mit Name, Adresse und Programm',
  'admin.erase.exports': 'Exporte',
  'admin.erase.message': 'Text unkenntlich machen …',
  'admin.erase.message.text':
    'Der Text wird endgültig und für alle vernichtet. Wer ihn wann geschrieben hat, bleibt protokolliert.',
  'admin.erase.message.title': 'Den Text dieser Nachricht unkenntlich machen?',
  'admin.erase.nothing': 'keine',
  'admin.erase.profileFields': 'Felder des Kontos',
  'admin.erase.reason.hint': 'Er bleibt für immer protokolliert: Nennen Sie niemanden darin.',
  'admin.erase.searches': 'Suchen',
  'admin.erase.sessions': 'Sitzungen mit dem Namen',
  'admin.erase.signIns': 'Anmeldungen',
  'admin.erase.text':
    'Das Konto wird gelöscht und der Schlüssel zu allem Persönlichen vernichtet. Das lässt sich nicht zurücknehmen. Statt des Namens steht dann überall „{tag}“; Zahlen und Nachweise bleiben. Das verschwindet:',
  'admin.erase.title': '{login} unkenntlich machen?',
  'admin.erase.verb': 'Unkenntlich machen',
  'admin.erase.held': plural('count', 'Aufbewahrungsanordnung: {names}', 'Aufbewahrungsanordnungen: {names}'),
} satisfies Record<keyof typeof en, unknown>;
