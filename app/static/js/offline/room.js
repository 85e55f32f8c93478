// Whether this device can keep something: asked, and said, before anything begins and not after (SY-05).
import { probe } from "./store.js";

/** Whether a write failed for want of room. */
export const isFull = (error) => error?.name === "QuotaExceededError";

/** Why `bytes` more cannot be kept here: "full", or "private" when nothing is kept at all; "" when they can. */
export async function obstacle(bytes) {
  try {
    const room = await navigator.storage?.estimate?.();
    if (room && room.quota - room.usage < 2 * bytes) return "full";
    await probe(bytes); // some browsers always say that there is room
    return "";
  } catch (error) {
    return isFull(error) ? "full" : "private";
  }
}
