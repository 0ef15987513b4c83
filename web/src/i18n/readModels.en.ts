// Texts of the read models and their rebuilding.
import { plural } from './compile.ts';

export default {
  'admin.readModels': 'Read models',
  'admin.readModels.all': 'Rebuild all',
  'admin.readModels.all.title': 'Rebuild all read models?',
  'admin.readModels.compared': 'Comparison',
  'admin.readModels.differences': '{unfounded} without ground in the log, {different} different, {lost} lost',
  'admin.readModels.equal': plural('count', '# row, as it was', '# rows, all as they were'),
  'admin.readModels.failed': 'Failed: {reason}',
  'admin.readModels.last': 'Last rebuild',
  'admin.readModels.mended': 'Differed, and is right now',
  'admin.readModels.name': 'Read model',
  'admin.readModels.never': 'Never',
  'admin.readModels.one': 'Rebuild',
  'admin.readModels.one.label': 'Rebuild {name}',
  'admin.readModels.one.title': 'Rebuild {name}?',
  'admin.readModels.rebuild.text':
    'It is made from the log beside the tables in use, compared with them row by row, and put in their place. People go on reading and working meanwhile.',
  'admin.readModels.text':
    'Everything that the dashboard shows is made from the log and can be made from it again. A rebuild tells whether somebody has changed a table by hand, and puts it right.',
  'admin.readModels.uncompared': plural('count', '# row', '# rows'),
  'admin.readModels.waiting': 'Waits for its turn',
  'event.ReadModelRebuildFailed': 'Rebuild failed',
  'event.ReadModelRebuilt': 'Read model rebuilt',
  'event.RebuildRequested': 'Rebuild asked for',
  'object.readModelRebuild': 'Rebuild',
  'rebuild.COMPARING': 'Comparing',
  'rebuild.DONE': 'Done',
  'rebuild.FAILED': 'Failed',
  'rebuild.FOLDING': 'Reading the log: {share}',
  'rebuild.INDEXING': 'Indexing',
  'rebuild.SWITCHING': 'Switching',
} as const;
