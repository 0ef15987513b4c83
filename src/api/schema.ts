// The whole schema: imports for their effect, and the result.
import { builder } from './builder.ts';
import './schema/viewer.ts';
import './schema/account.ts';
import './schema/conference.ts';
import './schema/server.ts';
import './schema/readModel.ts';
import './schema/session.ts';
import './schema/chat.ts';
import './schema/chatReport.ts';
import './schema/event.ts';
import './schema/endpoint.ts';
import './schema/call.ts';
import './schema/reportExport.ts';
import './schema/reportRows.ts';
import './schema/summary.ts';
import './schema/proof.ts';
import './schema/moment.ts';
import './schema/timeline.ts';
import './schema/why.ts';
import './schema/node.ts';
import './schema/settings.ts';
import './schema/serverLog.ts';
import './schema/legalHold.ts';
import './schema/configurationChange.ts';
import './schema/erasure.ts';
import './schema/retention.ts';

export const schema = builder.toSchema();
