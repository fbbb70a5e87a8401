module example.org/ops

go 1.22

require (
	golang.org/x/text v0.16.0
	gopkg.in/yaml.v3 v3.0.1 // indirect
)

require github.com/spf13/pflag v1.0.5

replace golang.org/x/text => ./text
exclude example.org/bad v1.0.0
