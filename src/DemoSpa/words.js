// How values are told to people.

/** @type {[string, number][]} */
const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

/** The two largest units: 90061 is '1 day 1 hour'. @param {number} seconds */
export function duration(seconds) {
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  if (first < 0) return 'a second';
  const [, whole] = UNITS[first];
  return UNITS.slice(first, first + 2)
    .map(([name, size], index) => count(Math.floor((index === 0 ? seconds : seconds % whole) / size), name))
    .filter((words) => !words.startsWith('0 '))
    .join(' ');
}

/** @param {string} instant */
export function ago(instant) {
  const seconds = (Date.now() - Date.parse(instant)) / 1000;
  const [name, size] = UNITS.find(([, unit]) => seconds >= unit && unit > 1) ?? [];
  return name ? `about ${count(Math.floor(seconds / size), name)} ago` : 'a moment ago';
}

export const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** @param {number | undefined} retryAfter Seconds. */
export function inAWhile(retryAfter) {
  if (retryAfter === undefined) return 'in a moment';
  const seconds = Math.max(1, Math.ceil(retryAfter));
  return `in ${seconds < 120 ? count(seconds, 'second') : count(Math.ceil(seconds / 60), 'minute')}`;
}

/** @param {string | number | Date} instant */
export function moment(instant) {
  const date = new Date(instant);
  const sameDay = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(undefined, { ...(sameDay ? {} : { dateStyle: 'medium' }), timeStyle: 'medium' }).format(date);
}

const BROWSERS = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\bSamsungBrowser\//, 'Samsung Internet'], [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS)\//, 'Chrome'], [/\bSafari\//, 'Safari'],
];
const SYSTEMS = [
  [/\bAndroid\b/, 'Android'], [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bWindows\b/, 'Windows'], [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'macOS'], [/\bLinux\b/, 'Linux'],
];

/** A guess, for people to recognise their own devices by. @param {string | null} userAgent */
export function device(userAgent) {
  if (!userAgent) return 'Unknown browser';
  const find = (known) => known.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = find(BROWSERS) ?? (userAgent.split(/[/\s(]/, 1)[0].slice(0, 40) || 'Unknown browser');
  const system = find(SYSTEMS);
  return system ? `${browser} on ${system}` : browser;
}

const SCOPES = {
  profile: ['Name and e-mail', 'Who you are at Amazon: user ID, name and e-mail address.'],
  postal_code: ['Postal code', 'The postal code of your main shipping address.'],
  'profile:user_id': ['User ID', 'An identifier that only this app sees; no name, no e-mail address.'],
};

/** @param {string} name @returns {{ title: string, text: string, asked: string }} */
export function scope(name) {
  const [title, text] = Object.hasOwn(SCOPES, name) ? SCOPES[name] : [name, 'A permission of this app.'];
  return { title, text, asked: Object.hasOwn(SCOPES, name) && name !== 'profile:user_id' ? title.charAt(0).toLowerCase() + title.slice(1) : title };
}

const MEMBERS = { name: 'Name', email: 'E-mail', postal_code: 'Postal code', user_id: 'User ID' };

/** @param {string} name Of a member of the profile. */
export const member = (name) => (Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : name);
