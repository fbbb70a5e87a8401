#!/usr/bin/env python3
# A script.
import sys

print("runs on import")

if "__main__" == __name__:
    sys.exit(0)
