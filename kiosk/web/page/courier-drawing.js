/** A signature, drawn with a finger; kept as a small PNG. */

const LINE = 4;

let drawn = false;

/** Let people draw on `canvas`. */
export function useDrawing(canvas) {
  const pen = canvas.getContext("2d");
  pen.lineWidth = LINE;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture?.(event.pointerId);
    pen.beginPath();
    pen.moveTo(...place(canvas, event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!event.buttons) return;
    pen.lineTo(...place(canvas, event));
    pen.stroke();
    drawn = true;
  });
}

/** Begin with an empty field. */
export function clearDrawing(canvas) {
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  drawn = false;
}

/** The PNG of what was drawn, or null where nothing was. */
export async function drawing(canvas) {
  if (!drawn) return null;
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  return new Uint8Array(await blob.arrayBuffer());
}

function place(canvas, { offsetX, offsetY }) {
  return [(offsetX * canvas.width) / canvas.clientWidth, (offsetY * canvas.height) / canvas.clientHeight];
}
