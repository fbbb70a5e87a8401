// Package documented has comments, see [Open].
//
// # Usage
//
// Open a file:
//
//	f := documented.Open("a")
//
//	f.Close()
//
// Then one of these:
//
//   - close it
//   - forget it,
//     and more
//
// [the site]: https://example.org
package documented

// File is what [Open] returns, see [the site] and [File.Close].
//
// [the site]: https://example.org/file
type File struct{}

// Open opens <b>it</b>.
//
// Deprecated: Use os.Open.
func Open(name string) *File { return &File{} }

// Close closes it.
func (f *File) Close() {}
