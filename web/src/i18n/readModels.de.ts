// Texts of the read models and their rebuilding.
import { plural } from './compile.ts';
import type en from './readModels.en.ts';

export default {
  'admin.readModels': 'Lesemodelle',
  'admin.readModels.all': 'Alle neu aufbauen',
  'admin.readModels.all.title': 'Alle Lesemodelle neu aufbauen?',
  'admin.readModels.compared': 'Vergleich',
  'admin.readModels.differences': '{unfounded} ohne Grund im Protokoll, {different} abweichend, {lost} verloren',
  'admin.readModels.equal': plural('count', '# Zeile, wie sie war', '# Zeilen, alle wie zuvor'),
  'admin.readModels.failed': 'Gescheitert: {reason}',
  'admin.readModels.last': 'Letzter Neuaufbau',
  'admin.readModels.mended': 'Wich ab und stimmt jetzt',
  'admin.readModels.name': 'Lesemodell',
  'admin.readModels.never': 'Nie',
  'admin.readModels.one': 'Neu aufbauen',
  'admin.readModels.one.label': '{name} neu aufbauen',
  'admin.readModels.one.title': '{name} neu aufbauen?',
  'admin.readModels.rebuild.text':
    'Es entsteht aus dem Protokoll neben den benutzten Tabellen, wird Zeile für Zeile mit ihnen verglichen und tritt an ihre Stelle. Währenddessen lesen und arbeiten alle weiter.',
  'admin.readModels.text':
    'Alles, was die Verwaltung zeigt, entsteht aus dem Protokoll und kann daraus erneut entstehen. Ein Neuaufbau sagt, ob jemand eine Tabelle von Hand geändert hat, und stellt sie richtig.',
  'admin.readModels.uncompared': plural('count', '# Zeile', '# Zeilen'),
  'admin.readModels.waiting': 'Wartet, bis es an der Reihe ist',
  'event.ReadModelRebuildFailed': 'Neuaufbau gescheitert',
  'event.ReadModelRebuilt': 'Lesemodell neu aufgebaut',
  'event.RebuildRequested': 'Neuaufbau verlangt',
  'object.readModelRebuild': 'Neuaufbau',
  'rebuild.COMPARING': 'Vergleicht',
  'rebuild.DONE': 'Fertig',
  'rebuild.FAILED': 'Gescheitert',
  'rebuild.FOLDING': 'Liest das Protokoll: {share}',
  'rebuild.INDEXING': 'Baut Indizes',
  'rebuild.SWITCHING': 'Wechselt',
} satisfies Record<keyof typeof en, unknown>;
