// Starts the offline document. Everything it does is in the sections, which the trial has
// run on a page with a network before anything was promised to this phone.

import { start } from "./sections.js";

start();
