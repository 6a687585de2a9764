// The document without a network begins: all it does is in the sections, which the trial
// on a page with a network has run before this phone was promised anything.

import { start } from "./sections.js";

start();
