/**
 * Files that go with a report: picked, pictures cleaned, sealed, sent. A bundle of its own, fetched
 * by everybody who comes to the question for files, so that it tells nothing.
 *
 * Nothing is copied anywhere: a file is read where it lies, and gone from here with the page.
 */

import { hex, sha256 } from "./cose.js";
import { element, isRight } from "./lapor-screens.js";
import { fileDigest, fileSealer } from "./sealed-file.js";
import { language, say } from "./words.js";

const LONGEST_SIDE = 2048;
const SMALL_SIDE = 72;
const QUALITY = 0.9;
const CLEAN_KIND = "image/jpeg";
const KINDS = ["image/", "video/", "audio/", "application/pdf"];
const LONGEST_NAME = 100;
const MEGABYTE = 1_000_000;

/**
 * Let files be picked in `root`: at most `most`, of `bytes` together, in `slots` sealed files, for an
 * original beside its cleaned picture is one of its own. `originals` says whether there may be any.
 */
export function useFiles(root, { most, bytes, slots, originals }) {
  const input = root.querySelector("input[type=file]");
  const place = root.querySelector('[data-slot="picked"]');
  const wait = root.querySelector('[data-slot="cleaning"]');
  let picked = [];
  let busy = false;

  const wrong = (text) => isRight(root, text ? { files: text } : {});
  const blobs = () => picked.flatMap((one) => (one.keep ? [one.body, one.original] : [one.body]));
  const fault = () => {
    const all = blobs();
    if (picked.length > most || all.length > slots) return say("files.too-many", { most: Math.min(most, slots) });
    const weight = all.reduce((sum, one) => sum + one.size, 0);
    return weight > bytes ? say("files.too-much", { most: bytes / MEGABYTE }) : "";
  };

  const change = async () => {
    const chosen = [...input.files];
    // What stands in the field would stay there when the file is taken away again.
    input.value = "";
    wrong("");
    busy = true;
    for (const file of chosen) {
      if (!KINDS.some((kind) => file.type.startsWith(kind))) {
        wrong(say("files.kind", { name: file.name }));
        continue;
      }
      wait.textContent = say("files.cleaning");
      const clean = file.type.startsWith("image/") ? await cleaned(file) : null;
      picked.push({ ...(clean ?? { body: file }), original: file, cleaned: Boolean(clean), keep: false });
      if (fault()) {
        wrong(fault());
        picked.pop();
        break;
      }
      place.append(lineOf(picked[picked.length - 1]));
    }
    wait.textContent = "";
    busy = false;
  };
  input.addEventListener("change", change);

  function lineOf(one) {
    const { name } = one.original;
    const line = element("li", "", "file");
    const remove = element("button", say("files.remove"), "button");
    remove.type = "button";
    remove.setAttribute("aria-label", say("files.remove-one", { name }));
    remove.addEventListener("click", () => {
      picked = picked.filter((other) => other !== one);
      line.remove();
      wrong("");
      input.focus();
    });
    line.append(element("p", `${name} (${sizeInWords(one.body.size)})`, "who"));
    if (one.small) line.prepend(one.small);
    const said = one.cleaned ? "files.cleaned" : "files.not-cleaned";
    line.append(element("p", say(said), one.cleaned ? "hint" : "trace"));
    if (one.cleaned && originals) line.append(...originalOf(one));
    line.append(remove);
    return line;
  }

  /** Whether the original goes along, and what that means. */
  function originalOf(one) {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", autocomplete: "off" });
    box.id = `original-${hex(crypto.getRandomValues(new Uint8Array(4)))}`;
    const label = element("label", say("files.keep-original"));
    label.htmlFor = box.id;
    const hint = element("p", say("files.original"), "hint");
    hint.id = `${box.id}-hint`;
    box.setAttribute("aria-describedby", hint.id);
    box.addEventListener("change", () => {
      one.keep = box.checked;
      wrong(fault());
      if (!fault()) return;
      one.keep = box.checked = false;
    });
    const choice = element("div", "", "pick");
    choice.append(box, label);
    return [choice, hint];
  }

  return {
    /** What is wrong with it now; empty where nothing is. */
    fault: () => (busy ? say("files.busy") : ""),

    /** The picked files, as their writer knows them. */
    list: () => picked.map((one) => one.original),

    /**
     * Seal what is picked, from the number `first` on: {named, files}, what a message says of them
     * and what is sent. Read once for their digests and once more to be sent.
     */
    async seal({ caseId, key, identityKey = null, first = 0 }) {
      const named = [];
      const files = [];
      const add = async (body, under, said) => {
        const file = await prepared(body, under, caseId, first + files.length);
        const { id, size, digest } = file;
        files.push(file);
        named.push({ id: hex(id), size, digest: hex(digest), kind: body.type, ...said });
        return hex(id);
      };
      for (const { body, cleaned: clean, keep, original } of picked) {
        // The name of a picture says what its makers put into it: it is cleaned away, too.
        const name = clean ? "" : original.name.slice(-LONGEST_NAME);
        const of = await add(body, key, { key: "case", name, cleaned: clean });
        if (keep) await add(original, identityKey, { key: "identity", name: "", cleaned: false, of });
      }
      return { named, files };
    },

    /** Forget them. */
    wipe() {
      picked = [];
      input.value = "";
      place.replaceChildren();
    },
  };
}

/**
 * Send what `seal` made: `send(file, index, chunk)` answers which chunks the server lacks. Called
 * again after a broken connection it goes on where the server says; `progress` hears shares of 1.
 */
export async function sendFiles(files, send, progress) {
  const total = files.reduce((sum, { count }) => sum + count, 0);
  let before = 0;
  for (const file of files) {
    let index = file.arrived ? undefined : 0;
    while (index !== undefined) {
      const { missing } = await send(file, index, await file.chunk(index));
      [index] = missing;
      progress((before + (index ?? file.count)) / total);
    }
    // The server's digest is the one that the message names, or `send` would have thrown.
    file.arrived = true;
    before += file.count;
  }
}

async function prepared(body, key, caseId, number) {
  const sealer = await fileSealer(key, caseId, body);
  const hashes = [];
  for (let index = 0; index < sealer.count; index++) hashes.push(await sha256(await sealer.chunk(index)));
  return { ...sealer, number, digest: await fileDigest(sealer.header, hashes), arrived: false };
}

/**
 * A picture drawn anew, {body, small}: what it shows, turned as it is looked at, and nothing else
 * that stood in its file; null where this browser cannot.
 */
async function cleaned(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    // Of a kind that this browser does not know.
    return null;
  }
  const draw = (longest) => {
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    const size = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
    return drawn(size, (pen) => pen.drawImage(picture, 0, 0, ...size));
  };
  if (!drawsTrue()) return null;
  const large = draw(LONGEST_SIDE);
  const small = draw(SMALL_SIDE);
  small.setAttribute("aria-hidden", "true");
  small.className = "thumb";
  const body = await new Promise((resolve) => large.toBlob(resolve, CLEAN_KIND, QUALITY));
  picture.close();
  large.width = 0;
  return body && { body, small };
}

function drawn([width, height], paint) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d");
  // A JPEG knows no transparency.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  paint(pen);
  return canvas;
}

/** Whether a canvas gives back what was drawn: some browsers falsify it, so that nobody is traced. */
function drawsTrue() {
  const colours = [[200, 30, 90], [10, 160, 240]];
  const canvas = drawn([2, 1], (pen) => {
    colours.forEach((colour, at) => {
      pen.fillStyle = `rgb(${colour})`;
      pen.fillRect(at, 0, 1, 1);
    });
  });
  const { data } = canvas.getContext("2d").getImageData(0, 0, 2, 1);
  return colours.every((colour, at) => colour.every((part, n) => Math.abs(data[4 * at + n] - part) < 8));
}

/** A number of bytes as people say it. */
function sizeInWords(bytes) {
  const [size, unit] = bytes < MEGABYTE ? [bytes / 1000, "kilobyte"] : [bytes / MEGABYTE, "megabyte"];
  const options = { style: "unit", unit, maximumFractionDigits: size < 10 ? 1 : 0 };
  return new Intl.NumberFormat(language === "en" ? "en-GB" : "id-ID", options).format(size);
}
