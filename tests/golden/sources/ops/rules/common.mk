define HELP
test: no target
endef
export HELP
clean:
	-rm -rf dist
%.o: %.c
	$(CC) -c $<
