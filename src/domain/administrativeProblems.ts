// What can be wrong with fields that only administrators fill in: pages for everybody need no words for it.
export const administrativeProblems = {
  host_form: 'Write a host name or an address, without a scheme and without a port.',
  subnet_form: 'Write an address or a subnet, like 192.168.11.10 or 10.0.0.0/8.',
  time_zone_form: 'This is not a time zone. Write it like Europe/Berlin.',
  directory_form: 'Write the whole path of a directory on the server, beginning with a slash.',
  url_form: 'Write an address that begins with https:// or http://, without a user in it.',
  zone_form: 'This is not a time zone: write it like Europe/Berlin.',
  period_reversed: 'The period has to end after it begins.',
  too_many_words: 'Search for at most 10 words at once.',
  too_many_values: 'Choose fewer values.',
  one_of_two: 'Give either a moment or the number of an event.',
} as const;
