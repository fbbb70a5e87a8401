/* No line ends
 * but these. */
int a;
#define B 1
