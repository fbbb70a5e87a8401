package store

// Rows are rows.
type Rows struct{ all [][]string }
