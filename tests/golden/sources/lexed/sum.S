#include "assembly.h"
#define STEP 4

# void sum(
BEGIN_FUNCTION sum
    LDR r1, [r0]
loop:
    SUBS r1, STEP
    BNE loop
0:
    BX lr
END_FUNCTION sum
