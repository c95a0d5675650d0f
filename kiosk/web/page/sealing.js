/** What the pages that seal and open reports carry; no other page does. */

export * from "./directory.js";
export * from "./envelope.js";
export * from "./hpke.js";
export * from "./padding.js";
export * from "./quorum.js";
export * from "./sealed-file.js";
