// A reporter that leaves a line for every test that failed, also one that passed when it ran again,
// for whoever sums up.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const colors = /\u001b\[\d+m/g;

export default class Failures {
  constructor({ outputFile }) {
    this.outputFile = outputFile;
    this.lines = [];
  }

  onTestEnd(test, { status, error }) {
    if (status === test.expectedStatus || status === "skipped") return;
    const why = (error?.message ?? status).replace(colors, "").split("\n").slice(0, 4).join(" ");
    this.lines.push(`${test.titlePath().slice(1).join(" › ")}: ${why}`);
  }

  onEnd() {
    mkdirSync(dirname(this.outputFile), { recursive: true });
    writeFileSync(this.outputFile, this.lines.map((line) => `${line}\n`).join(""));
  }
}
