module example.org/shop // the shop

go 1.21

require (
	github.com/a/b v1.0.0
	c.org/d v0.1.0 // indirect
)
