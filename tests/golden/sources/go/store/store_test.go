package store_test

import (
	"testing"

	. "example.org/shop/store"
)

func TestNew(t *testing.T) { New[int]("a") }
func helper(s string) {}
