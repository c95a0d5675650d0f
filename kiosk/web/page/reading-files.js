/**
 * The files of a case, for a handler: fetched, compared with what the message says of them, opened
 * here. Pictures are drawn; all else is taken along, with a warning. What a message says of a file
 * is what a stranger typed.
 */

import { hex, sha256, unhex } from "./cose.js";
import { CannotOpenError, FormatError } from "./errors.js";
import { element, show as showPlaces } from "./lapor-screens.js";
import { Refused } from "./reading-api.js";
import { fileDigest, fileOpener } from "./sealed-file.js";
import { say } from "./words.js";

const PICTURES = ["image/jpeg", "image/png", "image/webp"];
const LONGEST_NAME = 100;
const LONGEST_SIDE = 2048;
// The ending follows the kind, or a stranger's file would choose what opens it.
const ENDINGS = {
  // Whose kinds are all that stand here: a stranger may name one "constructor".
  __proto__: null,
  "application/pdf": "pdf",
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/heic": "heic",
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "video/webm": "webm",
  "video/3gpp": "3gp",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "audio/ogg": "ogg",
  "audio/aac": "aac",
  "audio/amr": "amr",
  "audio/wav": "wav",
};

/**
 * Shows files in the list `place`: {show(case), leave()}. A case is {found, opened, desk} as the
 * page has it; with `identityKey`, which only a quorum gives, originals open, too.
 */
export function useFiles(place) {
  let taken = [];
  let shown = "";

  function show({ found, opened, desk, identityKey = null }) {
    const named = filesIn(opened.said);
    // What is open stays open while nothing of it has changed.
    const now = JSON.stringify([found.id, named, found.files, Boolean(identityKey)]);
    if (now === shown) return;
    leave();
    shown = now;
    const pictures = named.filter((file) => !file.name && !file.of);
    const lines = named.map((file) => {
      const kept = found.files.find((one) => one.file === file.id);
      const secret = file.key === "case" ? opened.caseKey?.secret : identityKey;
      const number = pictures.findIndex(({ id }) => id === (file.of || file.id)) + 1;
      const title = file.of ? "files.original-of" : "files.picture";
      const name = file.name || say(title, { number });
      return lineOf({ ...file, name }, kept, secret, { caseId: found.id, session: desk.session });
    });
    place.replaceChildren(...lines);
    showPlaces("files-panel", lines.length > 0);
  }

  /** Forget what was opened. */
  function leave() {
    for (const address of taken) URL.revokeObjectURL(address);
    taken = [];
    shown = "";
    place.replaceChildren();
  }

  function lineOf(file, kept, secret, { caseId, session }) {
    const line = element("li", "", "file");
    const said = element("p", "", "hint");
    said.setAttribute("role", "status");
    const warning = file.cleaned ? element("p", say("files.cleaned"), "hint") : element("p", say("files.not-cleaned"), "trace");
    line.append(element("p", file.name, "who"), warning, said);
    said.textContent = stateOf(file, kept, secret);
    if (said.textContent) return line;
    const button = element("button", say("files.open"), "button small");
    button.type = "button";
    button.setAttribute("aria-label", say("files.open-one", { name: file.name }));
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const parts = await fetchFile({ session, caseId, file, kept, secret }, (percent) => {
          said.textContent = say("files.opening", { percent });
        });
        said.textContent = "";
        const blob = new Blob(parts, { type: "application/octet-stream" });
        if (PICTURES.includes(file.kind)) line.append(await drawn(blob, file.name));
        line.append(linkTo(blob, file));
        button.remove();
      } catch (problem) {
        said.textContent = say(whyOf(problem));
        button.disabled = false;
      }
    });
    line.append(button);
    return line;
  }

  function linkTo(blob, { name, kind, cleaned }) {
    const link = element("a", say(cleaned ? "files.take" : "files.take-uncleaned"), "button small");
    link.href = URL.createObjectURL(blob);
    link.download = safeName(name, kind);
    taken.push(link.href);
    return link;
  }

  return { show, leave };
}

/**
 * What is in a file, as a list of parts, once all of it is what the message says. `file` is what the
 * message says, `kept` what the server has. Throws Refused, CannotOpenError or FormatError.
 */
export async function fetchFile({ session, caseId, file, kept, secret }, progress = () => undefined) {
  const header = unhex(kept.header);
  const opener = await fileOpener(secret, unhex(caseId), { id: unhex(file.id), size: file.size, header });
  const hashes = [];
  const parts = [];
  for (let index = 0; index < opener.count; index++) {
    const sealed = await session.bytes(`cases/${caseId}/files/${kept.number}/${index}`);
    hashes.push(await sha256(sealed));
    parts.push(await opener.open(index, sealed));
    progress(Math.round((100 * (index + 1)) / opener.count));
  }
  if (hex(await fileDigest(header, hashes)) !== file.digest) {
    throw new CannotOpenError("not the file that the message names");
  }
  return parts;
}

/** Why a file cannot be opened now; empty where it can. */
function stateOf(file, kept, secret) {
  if (!kept?.digest) return say("files.not-whole", { there: kept?.chunks ?? 0 });
  if (kept.digest !== file.digest || kept.size !== file.size) return say("files.another");
  if (!secret) return say(file.key === "identity" ? "files.for-custodians" : "files.shut");
  return "";
}

/** The files that the reporter's messages name, as far as they are named as the format has it. */
function filesIn(said) {
  const named = said.flatMap(({ direction, content }) => (direction === 1 && content?.files) || []);
  return named.filter(isFile).map((file) => ({
    ...file,
    kind: textOr(file.kind),
    name: textOr(file.name).slice(0, LONGEST_NAME),
    of: textOr(file.of),
    cleaned: file.cleaned === true,
  }));
}

function isFile(file) {
  return (
    /^[0-9a-f]{32}$/.test(file?.id) &&
    /^[0-9a-f]{64}$/.test(file.digest) &&
    Number.isSafeInteger(file.size) &&
    file.size > 0 &&
    ["case", "identity"].includes(file.key)
  );
}

/** A picture on a canvas: the page may show no address of one. */
async function drawn(blob, name) {
  let picture;
  try {
    picture = await createImageBitmap(blob);
  } catch {
    return element("p", say("files.no-picture"), "hint");
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.className = "shown";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", name);
  picture.close();
  return canvas;
}

/** A name under which a file may be kept: no path, no hidden file, the ending of its kind. */
function safeName(name, kind) {
  const plain = name.replace(/\.[^.]*$/, "").replace(/[^\p{L}\p{N} ._-]/gu, "_").replace(/^[ .]+/, "");
  return `${plain || "file"}.${ENDINGS[kind] ?? "bin"}`;
}

function whyOf(problem) {
  if (problem instanceof Refused) return problem.why;
  if (problem instanceof CannotOpenError || problem instanceof FormatError) return "files.shut";
  throw problem;
}

function textOr(value) {
  return typeof value === "string" ? value : "";
}
