/* Lists of numbers. */
#include "ring.h"
#include <stdlib.h>

#define EACH(item, list) \
  for (item = (list)->first; item; item = item->next)

struct item { int value; struct item *next; };
typedef struct { struct item *first; } list;

static int count; /* of all */

/* Old style. */
int length(l) list *l; { return 0; }

/* Words of C++ are names here. */
int new(int class, int template) { return class + template; }

static struct item *make(int value)
{
  return malloc(sizeof(struct item));
}

int (*chosen(int kind))(int) { return 0; }

int table[] = { [0] = 1, [1] = 2 };
