import type { AdminRefusalTexts } from './adminRefusals.en.ts';

export default {
  'refusal.SETTINGS_FILE_UNUSABLE':
    'Das ist keine Datei mit Einstellungen eines Hansard-Servers, oder sie ist beschädigt.',
  'refusal.SETTINGS_FILE_NEWER':
    'Diese Datei hat ein neuerer Hansard geschrieben. Aktualisieren Sie zuerst diesen Server.',
  'refusal.SETTINGS_FILE_TRUNCATED':
    'Die Datei endet zu früh: Sie wurde nicht als Ganzes kopiert. Kopieren Sie sie noch einmal, oder nehmen Sie eine andere.',
  'refusal.SETTINGS_FILE_DAMAGED':
    'Die Datei wurde seit dem Sichern verändert oder beschädigt. Kopieren Sie sie noch einmal, oder nehmen Sie eine andere.',
  'refusal.SETTINGS_DISK_FAILED':
    'Der Datenträger des Servers nimmt die Datei nicht an: Er ist voll oder nicht beschreibbar. Schaffen Sie Platz, und versuchen Sie es noch einmal.',
  'refusal.SETTINGS_TOO_MANY':
    'Es sind mehr Konten oder Konferenzen, als eine solche Datei aufnimmt. Verwenden Sie „./hansard backup“ am Server.',
  'refusal.SETTINGS_PASSPHRASE_WRONG':
    'Mit dieser Passphrase wurde die Datei nicht gesichert. Versuchen Sie es mit einer anderen.',
  'refusal.SETTINGS_PASSPHRASE_SHORT': 'Nehmen Sie eine Passphrase von mindestens 12 und höchstens 1000 Zeichen.',
  'refusal.RESTORE_PERSON_ERASED': 'Diese Person wurde hier unkenntlich gemacht, und bleibt es.',
  'refusal.RESTORE_DELETED_HERE': 'Das wurde hier gelöscht, und bleibt es.',
  'refusal.RESTORE_LOGIN_STANDS_IN':
    'Ein anderes Konto hat hier diesen Login. Es bleibt, wie es ist, und steht in Konferenzen für dieses.',
  'refusal.RESTORE_LOGIN_DIFFERS': 'Dieses Konto hat hier einen anderen Login, und Logins ändern sich nie.',
  'refusal.RESTORE_OWN_ACCOUNT': 'Ihr eigenes Passwort, Ihre Rolle und dass Sie sich anmelden dürfen, bleiben.',
  'refusal.RESTORE_OWNER_MISSING': 'Ihr Besitzer ist weder hier noch in der Datei, also könnte sie niemandem gehören.',
  'refusal.RESTORE_OWNER_DIFFERS': 'Hier hat sie einen anderen Besitzer oder eine andere Art; beides ändert sich nie.',
  'refusal.RESTORE_PEOPLE_MISSING': 'Einige ihrer Personen sind weder hier noch in der Datei, und wurden weggelassen.',
  'refusal.SETTINGS_LOCKS_YOU_OUT':
    'Ihre eigene Adresse würde ausgesperrt, und mit ihr Sie. Nehmen Sie sie in die Liste auf, oder bestätigen Sie, dass Sie es so meinen.',
  'refusal.CHANGE_NOT_FOUND': 'Eine solche Änderung der Konfiguration gibt es nicht.',
  'refusal.CHANGE_NOT_REVERTIBLE':
    'Diese Änderung lässt sich nicht zurücknehmen: Sie hat etwas angelegt oder gelöscht, oder betrifft ein Geheimnis oder eine andere Person.',
  'refusal.CHANGE_CONFLICTS':
    'Einige Felder wurden inzwischen wieder geändert. Sagen Sie, welche davon trotzdem zurückgesetzt werden sollen.',
  'refusal.LEGAL_HOLD_EXISTS': 'Eine Aufbewahrungsanordnung mit dieser Kennung gibt es bereits.',
  'refusal.LEGAL_HOLD_KEEPS':
    'Eine Aufbewahrungsanordnung, die hier genannt ist, bewahrt das auf. Heben Sie sie auf oder ändern Sie sie, bevor etwas unkenntlich gemacht wird.',
  'refusal.CHAT_MESSAGE_NOT_FOUND': 'Eine solche Nachricht gibt es nicht, oder sie wurde unkenntlich gemacht.',
  'refusal.LEGAL_HOLD_NOT_FOUND': 'Eine solche Aufbewahrungsanordnung gibt es nicht, oder sie wurde aufgehoben.',
  'refusal.PROCESS_NOT_PARKED':
    'Dieses Ereignis ist nicht zurückgestellt oder wurde durch einen neuen Versuch erledigt.',
  'problem.HOST_FORM': 'Geben Sie einen Rechnernamen oder eine Adresse an, ohne Schema und ohne Port.',
  'problem.SUBNET_FORM': 'Geben Sie eine Adresse oder ein Subnetz an, etwa 192.168.11.10 oder 10.0.0.0/8.',
  'problem.TIME_ZONE_FORM': 'Das ist keine Zeitzone. Schreiben Sie sie wie Europe/Berlin.',
  'problem.DIRECTORY_FORM':
    'Geben Sie den ganzen Pfad eines Verzeichnisses auf dem Server an, mit einem Schrägstrich am Anfang.',
  'problem.URL_FORM': 'Geben Sie eine Adresse an, die mit https:// oder http:// beginnt und keinen Benutzer enthält.',
  'refusal.PROOF_KEY_LOST':
    'Im Tresor liegt nicht der verzeichnete Signaturschlüssel. Spielen Sie seine Sicherung ein, oder führen Sie einen neuen ein.',
  'refusal.PROOF_LOG_ALTERED':
    'Das Protokoll ist nicht mehr, was signiert wurde, und wird darum nicht erneut signiert. Ein Ereignis sagt, was abweicht.',
  'refusal.REPORT_NOTHING_TO_DELETE':
    'Der Filter wählt keine Zeilen aus, die gelöscht werden können. Laufende Anrufe bleiben.',
  'refusal.REPORT_EXPORT_EXISTS': 'Eine Ausgabe mit dieser Kennung wurde schon vorbereitet.',
  'refusal.REPORT_EXPORT_NOT_FOUND': 'Eine solche Ausgabe von Ihnen gibt es nicht. Bereiten Sie eine neue vor.',
  'refusal.REPORT_EXPORT_OVER':
    'Diese Ausgabe wurde vor mehr als einer Stunde vorbereitet. Bereiten Sie eine neue vor.',
  'refusal.READ_MODEL_REBUILD_EXISTS': 'Ein Neuaufbau mit dieser Kennung wurde schon verlangt.',
  'problem.ZONE_FORM': 'Das ist keine Zeitzone: Schreiben Sie sie wie Europe/Berlin.',
  'problem.PERIOD_REVERSED': 'Der Zeitraum muss nach seinem Beginn enden.',
  'problem.TOO_MANY_WORDS': 'Suchen Sie nach höchstens 10 Wörtern auf einmal.',
  'problem.TOO_MANY_VALUES': 'Wählen Sie weniger Werte.',
  'problem.ONE_OF_TWO': 'Geben Sie entweder einen Zeitpunkt oder die Nummer eines Ereignisses an.',
  'refusal.AS_OF_FUTURE':
    'Dieser Zeitpunkt ist noch nicht gekommen. Wählen Sie einen früheren oder ein verzeichnetes Ereignis.',
  'refusal.AS_OF_BEFORE_FIRST': 'Damals war noch nichts verzeichnet. Wählen Sie einen späteren Zeitpunkt.',
} satisfies AdminRefusalTexts;
