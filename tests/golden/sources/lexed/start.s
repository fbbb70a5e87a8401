    .globl _start
    .macro push_all reg
    push \reg
    .endm
_start:
    call main
.Lend:
    ret
