// Copyright 2020

//go:build linux

// Package store keeps rows.
//
//	store.New("a")
package store

import "example.org/shop/internal/clock"

// ErrFull says that nothing fits any more.
var ErrFull = errors.New("full")

// Limits.
const (
	// Max is the most.
	Max, min = 10, 1
	last     = iota // the last one
)

// Store keeps rows.
//
// Deprecated: use Rows.
type Store[T any] struct {
	clock.Clock
	*Rows
	Names []string `json:"names"` // names
	own   map[string]func(T) error
}

// Reader reads.
type Reader interface {
	fmt.Stringer
	// Read reads one.
	Read(key string) (row string, err error)
	~int | string
}

type (
	Key  string
	Keys = []Key
)

// New makes an empty Store.
func New[T any](
	name string, // of the store
	more ...T,
) (s *Store[T], err error) {
	return nil, nil
}

func (s *Store[T]) Read(key string) (string, error) { return "", nil }
func (Store[T]) size() int                           { return 0 }
