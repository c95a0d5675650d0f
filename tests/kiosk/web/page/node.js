/** Runs one function of judge.js on a file of JSON: node node.js FUNCTION FILE PAGE-FOLDER */

import { readFileSync } from "node:fs";
import * as judges from "./judge.js";

const [name, file, folder] = process.argv.slice(2);
const answer = await judges[name](JSON.parse(readFileSync(file, "utf8")), `${folder}/`);
process.stdout.write(JSON.stringify(answer));
