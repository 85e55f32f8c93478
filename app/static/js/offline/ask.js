// Asks the server for what a device is to keep.

/** Returns what an address answers; throws when that is a refusal, another page or nothing. */
export async function ask(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return response.json();
}
