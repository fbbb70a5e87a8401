int ok(void) { return 0; }
int = = ;
struct { int a
int still(void) { return 1; }
