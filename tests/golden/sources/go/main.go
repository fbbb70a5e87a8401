// Command shop sells things.
package main

import (
	"fmt"

	_ "github.com/a/b"
	clk "example.org/shop/internal/clock"
	"example.org/shop/store"
	"example.org/shop/gone"
)

func main() { fmt.Println(store.New("a"), clk.Now, gone.X) }
