export default {
  'conference.meetNow': 'Meet now',
  'conference.signInToJoin': 'Sign in and join',
  'conference.unknown': 'There is no conference with this ID',
  'conference.unknown.text': 'Nothing is known under “{cid}”. Check the ID or ask the person who invited you.',
  'home.join.label': 'Conference ID or link',
  'home.join.submit': 'Continue',
  'home.join.title': 'Join a conference',
  'home.lead':
    'Video, voice, screen and chat on your own server. Who met whom and what was decided about whom stays on the record; what you said stays between you.',
  'home.notSetUp.text':
    'It has no administrator yet. The server prints a one-time link at its start; open it to create the first account.',
  'home.notSetUp.title': 'This server is new',
  'home.title': 'Meet face to face, wherever you are',
  'home.welcome': 'Hello, {name}',
  'home.welcome.text': 'Your rooms and the conferences you were invited to are a click away.',
  'portal.administration': 'Administration',
  'portal.myConferences': 'My conferences',
  'portal.none': 'No conferences yet',
  'portal.none.text':
    'Create a virtual room that stays, or meet at once. Conferences you are invited to appear here too.',
  'portal.profile': 'Profile',
  'setUp.done': 'This server already has an administrator. Sign in instead.',
  'setUp.lead': 'Create the first administrator of this server. The link works once.',
  'setUp.noToken': 'The link is incomplete. Copy the whole line that the server printed at its start.',
  'setUp.submit': 'Create administrator',
  'setUp.title': 'Set up this server',
};
