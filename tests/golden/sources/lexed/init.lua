local queue = require "queue"
queue.push({}, 1)
