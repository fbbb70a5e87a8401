#!/usr/bin/env node
'use strict';
// Helpers of the cart.

const fs = require("fs"), { join } = require("path");

/** The sum of all prices. */
function total(prices) {
  const add = (a, b) => a + b;
  return prices.reduce(add, 0);
}

class Log {
  static level = 1;
  #lines = [];
  async flush() {
    await fs.promises.writeFile(join("a", "log"), "function inString() {}");
  }
}

Log.prototype.write = function (text) {};
exports.half = (x) => x / 2;
module.exports = { total, Log };
