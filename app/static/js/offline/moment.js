// An instant as the product writes it, in the city's time: 14:32, 22/11/2026.

export function moment(instant) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric",
    hourCycle: "h23",
  }).formatToParts(new Date(instant));
  const { hour, minute, day, month, year } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${hour}:${minute}, ${day}/${month}/${year}`;
}

/** The day of an instant in the city as names of files write it: 2026-11-22. */
export function isoDay(instant) {
  return new Date(instant + 7 * 3600 * 1000).toISOString().slice(0, 10);
}
