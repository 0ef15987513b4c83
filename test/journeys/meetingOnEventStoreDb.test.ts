import { meetingJourney } from './meetingJourney.ts';

meetingJourney('with the log in EventStoreDB, the journey from a new server to its record', { eventStoreDb: true });
