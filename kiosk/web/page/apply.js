/**
 * Applying, made more comfortable: what does not count is hidden, pictures are made small before
 * they are sent, and a page can be printed. Without this file everything works all the same.
 */

// A paper of this size is some 250 kB, and every line of a KK can be read.
const LONG_EDGE = 1600;
const MOST_BYTES = 300_000;
const QUALITIES = [0.82, 0.7, 0.55, 0.4];
const EDGES = [LONG_EDGE, 1280, 1024];

document.documentElement.classList.add("js");

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// A receipt's QR code brings its text behind the #, which no server sees until it is sent.
const receipt = document.querySelector("input[name=receipt]:not([type=hidden])");
if (receipt && location.hash.startsWith("#SEGEL-S1.")) receipt.value = location.hash.slice(1);

useConditions();
const form = document.querySelector("[data-upload]");
if (form) useUpload(form);

/** Fields that count only after some answer are hidden after another. */
function useConditions() {
  const conditional = [...document.querySelectorAll("[data-only-if]")];
  const show = () => {
    for (const field of conditional) {
      const { onlyIf, only } = field.dataset;
      const chosen = document.querySelector(`input[name="${onlyIf}"]:checked`);
      field.hidden = chosen?.value !== only;
    }
  };
  document.addEventListener("change", show);
  show();
}

/** A file is sent as soon as it was chosen, small, with its progress, and again if it must be. */
function useUpload(upload) {
  const part = (name) => upload.querySelector(`[data-${name}]`);
  const words = part("hint").textContent;
  part("send").hidden = true;
  for (const input of upload.querySelectorAll("input[type=file]")) {
    // The label is the button: what browsers draw for a file is small and speaks their language.
    input.classList.add("away");
    input.labels[0].classList.add("button");
  }
  let chosen = null;
  for (const input of upload.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", async () => {
      if (!input.files[0]) return;
      chosen = { name: input.name, file: await small(input.files[0]) };
      send();
    });
  }
  part("again").addEventListener("click", () => send());

  function send() {
    const body = new FormData();
    body.append(chosen.name, chosen.file, "picture");
    const request = new XMLHttpRequest();
    request.open("POST", upload.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => {
      part("progress").querySelector("progress").value = total ? (100 * loaded) / total : 0;
      part("hint").textContent = `${words} ${total ? Math.floor((100 * loaded) / total) : 0} %`;
    };
    request.onload = () => {
      if (request.status === 200 && request.response?.to) location.assign(request.response.to);
      else failed(request.response?.detail);
    };
    request.onerror = () => failed();
    part("fault").hidden = true;
    part("again").hidden = true;
    part("progress").hidden = false;
    request.send(body);
  }

  function failed(sentence) {
    part("progress").hidden = true;
    part("fault").textContent = sentence ?? upload.dataset.failed;
    part("fault").hidden = false;
    part("again").hidden = false;
    part("again").focus();
  }
}

/** A picture with at most MOST_BYTES, if this browser can make it; else the file as it is. */
async function small(file) {
  if (!file.type.startsWith("image/") || file.size <= MOST_BYTES) return file;
  const address = URL.createObjectURL(file);
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    let made = file;
    for (const edge of EDGES) {
      const canvas = drawn(picture, edge);
      for (const quality of QUALITIES) {
        const blob = await new Promise((give) => canvas.toBlob(give, "image/jpeg", quality));
        if (blob && blob.size < made.size) made = blob;
        if (made.size <= MOST_BYTES) return made;
      }
    }
    return made;
  } catch {
    // The server may have more luck with it.
    return file;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function drawn(picture, edge) {
  const { naturalWidth: width, naturalHeight: height } = picture;
  const scale = Math.min(1, edge / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const drawing = canvas.getContext("2d");
  drawing.imageSmoothingQuality = "high";
  drawing.fillStyle = "#fff";
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}
