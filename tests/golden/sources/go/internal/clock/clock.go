package clock

// Clock tells the time.
type Clock interface{ Time() int64 }

var Now Clock
