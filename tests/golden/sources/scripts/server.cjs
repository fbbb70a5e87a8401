"use strict";
/**
 * Answers requests for prices.
 * @module server
 */
const http = require("node:http");
const { total, half: part } = require("./util.js");
const missing = require("./gone");

/** The port that nothing else uses. */
const PORT = Number(process.env.PORT || 8080);
let running = null,
  started;

/**
 * One answer.
 * @param {number} status
 * @param {string} [body]
 * @returns {{status: number, body: string}}
 */
function answer(status, body = `status ${status}`) {
  function inner() {}
  return { status, body };
}

class Server extends http.Server {
  static instances = new Map();
  #open = false;
  timeout = 30;

  static {
    Server.instances.clear();
  }

  constructor({ port = PORT, ...rest } = {}) {
    super(rest);
    this.port = port;
  }

  get open() {
    return this.#open;
  }

  set open(value) {
    this.#open = Boolean(value);
  }

  async *lines(from, to = Infinity) {
    yield /class Fake {}/.test("function fake() {}");
  }

  "quoted name"() {}

  [Symbol.iterator]() {
    return [][Symbol.iterator]();
  }
}

exports.answer = answer;
exports.start = async (port) => {
  eval("function evaluated() {}");
  running = new Server({ port });
};
module.exports.Server = Server;
module.exports = { answer, total, stop() { running = null; }, part };

if (require.main === module) exports.start(PORT);
