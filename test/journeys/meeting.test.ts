import { meetingJourney } from './meetingJourney.ts';

meetingJourney('the journey from a new server to its record');
