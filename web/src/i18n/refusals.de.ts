import type { RefusalTexts } from './refusals.en.ts';

export default {
  'refusal.INPUT_INVALID': 'Einige Angaben sind nicht gültig. Berichtigen Sie die genannten und senden Sie sie erneut.',
  'refusal.ACCESS_DENIED': 'Sie haben nicht das Recht dazu. Ein Administrator kann es erteilen.',
  'refusal.ACCESS_ADDRESS_OUTSIDE':
    'Von Ihrer Adresse aus kann der Server nicht verwaltet werden. Verwenden Sie eine andere, oder lassen Sie Ihre in die Zugangseinstellungen eintragen.',
  'refusal.ACCESS_SIGN_IN_REQUIRED': 'Melden Sie sich zuerst an.',
  'refusal.COMMAND_ID_REUSED':
    'Diese Befehlskennung wurde schon für etwas anderes benutzt. Senden Sie den Befehl mit einer neuen.',
  'refusal.COMMAND_CONFLICT':
    'Jemand anders hat dies inzwischen geändert. Lesen Sie es neu und wiederholen Sie Ihre Änderung.',
  'refusal.COMMAND_OUTCOME_UNKNOWN':
    'Der Ereignisspeicher hat nicht rechtzeitig geantwortet. Senden Sie denselben Befehl erneut, um zu erfahren, was daraus wurde.',
  'refusal.COMMAND_TOO_BUSY': 'Es kommen zu viele Änderungen auf einmal an. Versuchen Sie es gleich noch einmal.',
  'refusal.EVENT_STORE_UNAVAILABLE':
    'Der Ereignisspeicher ist nicht erreichbar, darum kann gerade nichts geändert werden. Versuchen Sie es gleich noch einmal.',
  'refusal.SETUP_ALREADY_DONE': 'Dieser Server hat bereits einen Administrator. Melden Sie sich stattdessen an.',
  'refusal.SETUP_LINK_INVALID':
    'Dieser Einrichtungslink ist nicht gültig oder wurde schon benutzt. Den gültigen gibt der Server beim Start aus.',
  'refusal.SERVER_FORMAT_LEVEL_TOO_LOW':
    'Manche Knoten könnten nicht lesen, was dadurch aufgezeichnet würde. Heben Sie die Formatstufe an, sobald alle aktualisiert sind.',
  'refusal.SERVER_NODE_BEHIND':
    'Manche laufenden Knoten können diese Formatstufe noch nicht lesen. Aktualisieren oder stoppen Sie sie, oder lassen Sie sie zurück.',
  'refusal.SERVER_PROGRAM_TOO_OLD': 'Dieses Programm ist älter als das Protokoll. Starten Sie eine neuere Version.',
  'refusal.SIGN_IN_FAILED': 'Anmeldename oder Passwort ist falsch.',
  'refusal.SIGN_IN_TOO_MANY_ATTEMPTS':
    'Zu viele Fehlversuche. Warten Sie die genannte Zeit und versuchen Sie es dann noch einmal.',
  'refusal.SIGN_IN_ACCOUNT_INACTIVE': 'Dieses Konto ist deaktiviert. Bitten Sie einen Administrator, es zu aktivieren.',
  'refusal.SIGN_IN_NOT_FOUND': 'Diese Gerätesitzung gibt es nicht oder sie ist beendet.',
  'refusal.ACCOUNT_EXISTS': 'Ein Konto mit dieser Kennung gibt es bereits.',
  'refusal.ACCOUNT_NOT_FOUND': 'Ein solches Konto gibt es nicht.',
  'refusal.ACCOUNT_DELETED': 'Dieses Konto wurde gelöscht.',
  'refusal.ACCOUNT_LOGIN_TAKEN':
    'Dieser Anmeldename ist vergeben oder wurde vor weniger als 90 Tagen frei. Wählen Sie einen anderen.',
  'refusal.ACCOUNT_LAST_ADMINISTRATOR': 'Dies ist der letzte Administrator. Ernennen Sie zuerst einen weiteren.',
  'refusal.ACCOUNT_IS_ADMINISTRATOR':
    'Administratoren können weder deaktiviert noch gelöscht werden. Berufen Sie diesen zuerst als Administrator ab.',
  'refusal.ACCOUNT_INACTIVE': 'Dieses Konto ist deaktiviert. Aktivieren Sie es zuerst.',
  'refusal.CHAT_MESSAGE_EXISTS': 'Eine Nachricht mit dieser Kennung wurde schon gesendet.',
  'refusal.CONFERENCE_EXISTS': 'Eine Konferenz mit dieser Kennung gibt es bereits.',
  'refusal.CONFERENCE_NOT_FOUND': 'Eine solche Konferenz gibt es nicht.',
  'refusal.CONFERENCE_CID_TAKEN': 'Diese Konferenz-ID ist vergeben. Wählen Sie eine andere.',
  'refusal.CONFERENCE_RUNNING': 'Diese Konferenz läuft. Beenden Sie sie zuerst.',
  'refusal.CONFERENCE_NOT_MODERATOR': 'Das dürfen nur der Besitzer und die Moderatoren.',
  'refusal.SESSION_NOT_FOUND': 'Eine solche Sitzung gibt es nicht.',
  'refusal.SESSION_ENDED': 'Diese Sitzung ist beendet.',
  'refusal.SESSION_NOT_STARTED':
    'Die Konferenz hat noch nicht begonnen. Der Besitzer oder ein Moderator kann sie starten.',
  'refusal.SESSION_ALREADY_RUNNING': 'Die Konferenz läuft bereits.',
  'refusal.SESSION_NOT_INVITED':
    'Sie stehen nicht auf der Liste dieser Konferenz. Bitten Sie den Besitzer, Sie einzuladen.',
  'refusal.SESSION_REMOVED': 'Sie wurden aus dieser Sitzung entfernt und dürfen nicht wieder beitreten.',
  'refusal.SESSION_PARTICIPANT_NOT_FOUND': 'Diese Person ist nicht in der Sitzung.',
  'refusal.SESSION_FULL': 'Die Sitzung ist voll.',
  'refusal.SESSION_STALE_EPOCH': 'Dieser Medienknoten hat die Sitzung an einen anderen abgegeben.',
  'refusal.SESSION_OWNER_PROTECTED': 'Der Besitzer der Konferenz kann nicht aus ihr entfernt werden.',
  'refusal.CHAT_NOT_A_MEMBER': 'In diesen Chat kann nur schreiben, wer in der Sitzung ist.',
  'problem.REQUIRED': 'Diese Angabe wird gebraucht.',
  'problem.TOO_SHORT': 'Nehmen Sie mindestens {limit} Zeichen.',
  'problem.TOO_LONG': 'Nehmen Sie höchstens {limit} Zeichen.',
  'problem.NOTHING_TO_SEE': 'Schreiben Sie etwas, das man sehen kann.',
  'problem.CONTROL_CHARACTERS': 'Lassen Sie Steuerzeichen weg.',
  'problem.LOGIN_FORM': 'Nehmen Sie 1 bis 64 lateinische Buchstaben, Ziffern, Unterstriche, Bindestriche oder Punkte.',
  'problem.EMAIL_FORM': 'Das ist keine E-Mail-Adresse.',
  'problem.SIP_FORM': 'Schreiben Sie sie als Nummer, sip:Nummer oder #sip:Nummer.',
  'problem.CID_FORM': 'Nehmen Sie 3 bis 64 lateinische Buchstaben, Ziffern, Unterstriche oder Bindestriche.',
  'problem.ID_FORM': 'Das ist keine Kennung: Es muss eine UUID sein.',
  'problem.INVALID': 'Diese Angabe ist nicht gültig.',
  'refusal.UNREACHABLE':
    'Der Server hat nicht geantwortet. Vielleicht ist Ihre Änderung angekommen, vielleicht nicht; versuchen Sie es noch einmal, sie wird nicht doppelt ausgeführt.',
  'refusal.FAULT':
    'Der Server konnte das nicht tun. Versuchen Sie es erneut; bleibt es so, sagen Sie es Ihrem Administrator.',
} satisfies RefusalTexts;
