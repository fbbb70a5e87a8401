// Flags.
//
// One bit each.

enum { FLAG_A = 1 << 0, FLAG_B = 1 << 1 };
enum mode { READ, WRITE } mode = READ;


#ifdef WIDE
typedef long word;
#else
typedef int word;
#endif

extern const char *const names[2];
int main(int argc, char **argv) { return 0; }
