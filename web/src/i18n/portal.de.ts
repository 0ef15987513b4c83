import type en from './portal.en.ts';

export default {
  'conference.meetNow': 'Sofort treffen',
  'conference.signInToJoin': 'Anmelden und beitreten',
  'conference.unknown': 'Es gibt keine Konferenz mit dieser ID',
  'conference.unknown.text':
    'Unter „{cid}“ ist nichts bekannt. Prüfen Sie die ID oder fragen Sie die Person, die Sie eingeladen hat.',
  'home.join.label': 'Konferenz-ID oder Link',
  'home.join.submit': 'Weiter',
  'home.join.title': 'Einer Konferenz beitreten',
  'home.lead':
    'Bild, Ton, Bildschirm und Chat auf Ihrem eigenen Server, mit einem vollständigen Protokoll, wer wann was getan hat.',
  'home.notSetUp.text':
    'Er hat noch keinen Administrator. Beim Start gibt der Server einen einmaligen Link aus; öffnen Sie ihn, um das erste Konto anzulegen.',
  'home.notSetUp.title': 'Dieser Server ist neu',
  'home.title': 'Von Angesicht zu Angesicht, wo immer Sie sind',
  'home.welcome': 'Hallo {name}',
  'home.welcome.text': 'Ihre Räume und die Konferenzen, zu denen Sie eingeladen sind, sind einen Klick entfernt.',
  'portal.administration': 'Verwaltung',
  'portal.myConferences': 'Meine Konferenzen',
  'portal.none': 'Noch keine Konferenzen',
  'portal.none.text':
    'Legen Sie einen bleibenden virtuellen Raum an oder treffen Sie sich sofort. Auch Konferenzen, zu denen Sie eingeladen sind, erscheinen hier.',
  'portal.profile': 'Profil',
  'setUp.done': 'Dieser Server hat bereits einen Administrator. Melden Sie sich stattdessen an.',
  'setUp.lead': 'Legen Sie den ersten Administrator dieses Servers an. Der Link gilt einmal.',
  'setUp.noToken': 'Der Link ist unvollständig. Kopieren Sie die ganze Zeile, die der Server beim Start ausgab.',
  'setUp.submit': 'Administrator anlegen',
  'setUp.title': 'Diesen Server einrichten',
} satisfies Record<keyof typeof en, unknown>;
