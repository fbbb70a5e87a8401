# Functions for all tools.
function log { printf '%s\n' "$*"; }
readonly LEVEL=2
alias ll='ls -l'
