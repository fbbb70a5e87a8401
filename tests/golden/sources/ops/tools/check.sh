#!/usr/bin/env bash
# Checks the names of files.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
. /etc/profile

usage() {
    cat <<EOF
usage() { ghost; }
EOF
}

# Says what is wrong.
complain() { echo "$1: upper case" >&2; }

while getopts "ah" option; do
    case $option in
        a) all=1 ;;
        h) usage; exit 0 ;;
        *) exit 2 ;;
    esac
done
export LANG=C
