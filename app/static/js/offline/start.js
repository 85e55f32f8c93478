// Before a quiz on-line: says when this device could not keep a choice that the network swallows (SY-05).
import { obstacle } from "./room.js";

const PAPER_BYTES = 64 * 1024;

document.querySelector("#no-room").hidden = !(await obstacle(PAPER_BYTES));
