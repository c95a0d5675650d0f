/** Grey pixels, enlarged twice and sharpened: what verifier/frame.py does with OpenCV. */

// Cubic interpolation halfway between quarters, as in OpenCV (a = -0.75).
const CUBIC = [-0.03515625, 0.26171875, 0.87890625, -0.10546875];
const SIGMA = 2;
const AMOUNT = 1.5;

/** The grey of an ImageData: {data, width, height}, one byte a pixel. */
export function greyOf({ data, width, height }) {
  const grey = new Uint8ClampedArray(width * height);
  for (let at = 0, from = 0; at < grey.length; at++, from += 4) {
    grey[at] = (data[from] * 299 + data[from + 1] * 587 + data[from + 2] * 114) / 1000;
  }
  return { data: grey, width, height };
}

/** `grey` in overlapping squares of at most `side` pixels. */
export function* tiles(grey, side, overlap) {
  for (const top of starts(grey.height, side, overlap)) {
    for (const left of starts(grey.width, side, overlap)) {
      const width = Math.min(side, grey.width - left);
      const height = Math.min(side, grey.height - top);
      const data = new Uint8ClampedArray(width * height);
      for (let y = 0; y < height; y++) {
        const from = (top + y) * grey.width + left;
        data.set(grey.data.subarray(from, from + width), y * width);
      }
      yield { data, width, height };
    }
  }
}

function starts(length, side, overlap) {
  const found = [0];
  while (found[found.length - 1] + side < length) {
    found.push(Math.min(found[found.length - 1] + side - overlap, length - side));
  }
  return found;
}

/** `grey`, twice as large (cubic) and sharpened (unsharp mask), as an ImageData. */
export function enlargedAndSharpened(grey) {
  const large = transposed(doubled(transposed(doubled(grey))));
  const soft = transposed(blurred(transposed(blurred(large))));
  const image = new ImageData(large.width, large.height);
  for (let at = 0, to = 0; at < large.data.length; at++, to += 4) {
    const value = large.data[at] * (1 + AMOUNT) - soft.data[at] * AMOUNT;
    image.data[to] = image.data[to + 1] = image.data[to + 2] = value;
    image.data[to + 3] = 255;
  }
  return image;
}

/** Twice as wide. */
function doubled({ data, width, height }) {
  const wide = new Uint8ClampedArray(2 * width * height);
  const last = width - 1;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const a = data[row + Math.max(x - 2, 0)];
      const b = data[row + Math.max(x - 1, 0)];
      const c = data[row + x];
      const d = data[row + Math.min(x + 1, last)];
      const e = data[row + Math.min(x + 2, last)];
      const to = 2 * (row + x);
      wide[to] = a * CUBIC[0] + b * CUBIC[1] + c * CUBIC[2] + d * CUBIC[3];
      wide[to + 1] = e * CUBIC[0] + d * CUBIC[1] + c * CUBIC[2] + b * CUBIC[3];
    }
  }
  return { data: wide, width: 2 * width, height };
}

/** Blurred along its rows with a Gauss of SIGMA pixels. */
function blurred({ data, width, height }) {
  const reach = 3 * SIGMA;
  const weights = [];
  for (let step = 0; step <= reach; step++) weights.push(Math.exp(-(step ** 2) / (2 * SIGMA ** 2)));
  const sum = weights.reduce((total, weight) => total + weight) * 2 - weights[0];
  const soft = new Uint8ClampedArray(data.length);
  const padded = new Float32Array(width + 2 * reach);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < padded.length; x++) {
      padded[x] = data[row + Math.min(Math.max(x - reach, 0), width - 1)] / sum;
    }
    for (let x = 0; x < width; x++) {
      let value = padded[x + reach] * weights[0];
      for (let step = 1; step <= reach; step++) {
        value += (padded[x + reach - step] + padded[x + reach + step]) * weights[step];
      }
      soft[row + x] = value;
    }
  }
  return { data: soft, width, height };
}

function transposed({ data, width, height }) {
  const turned = new Uint8ClampedArray(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) turned[x * height + y] = data[y * width + x];
  }
  return { data: turned, width: height, height: width };
}
