// Texts of the dashboard as of an earlier moment.
import { plural } from './compile.ts';
import type en from './past.en.ts';

export default {
  'past.account.none': 'Ein solches Konto gab es damals nicht',
  'past.asConfigured': 'Wie der Knoten eingerichtet ist',
  'past.asOf': 'Stand nach Ereignis #{number}',
  'past.banner': 'Ein früherer Zeitpunkt wird gezeigt',
  'past.conference.none': 'Eine solche Konferenz gab es damals nicht',
  'past.earlier': 'Ein Ereignis früher',
  'past.held': 'Hält fest',
  'past.later': 'Ein Ereignis später',
  'past.members': 'Auf der Liste',
  'past.none': 'Damals gab es nichts',
  'past.onlyPresent': 'Diese Seite zeigt nur die Gegenwart',
  'past.onlyPresent.text':
    'Wählen Sie eine Seite, die sich in ihrem früheren Stand zeigen lässt, oder kehren Sie in die Gegenwart zurück.',
  'past.open': 'Diesen Zeitpunkt öffnen',
  'past.openToAll': 'Offen für alle Angemeldeten',
  'past.pick': 'Einen früheren Zeitpunkt zeigen',
  'past.pick.event': 'oder nach dem Ereignis',
  'past.pick.go': 'Zeigen',
  'past.pick.missing': 'Wählen Sie einen Zeitpunkt, oder geben Sie die Nummer eines Ereignisses an.',
  'past.pick.moment': 'Zeitpunkt ({timeZone})',
  'past.present': 'Zurück in die Gegenwart',
  'past.readOnly': 'Hier lässt sich nichts ändern.',
  'past.room': 'Der Raum damals',
  'past.session.none': 'Eine solche Sitzung gab es damals nicht',
  'past.session.over': 'Beendet',
  'past.sessions': 'Sitzungen',
  'past.sessions.count': plural('count', '# Sitzung', '# Sitzungen'),
  'past.startedBy': 'Begonnen von',
  'past.witnesses.none': 'Es gab keine Zeugen.',
} satisfies Record<keyof typeof en, unknown>;
