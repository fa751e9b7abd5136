/* Forgetting: memory that held keys or texts is filled with zeros before it is given back. */
#include "paths.h"

#include <string.h>

void sw_wipe(void *memory, size_t bytes)
{
    memset(memory, 0, bytes);
    /* The compiler must believe that somebody reads the zeros, or it drops them as dead stores. */
    __asm__ __volatile__("" : : "r"(memory) : "memory");
}

/* More than the calls of any kernel take (tests/native: a search of the stack finds no key). */
enum { SPILL_BYTES = 8192 };

/* A call of its own, so that its frame lies where those of the caller's other calls lay. */
__attribute__((noinline)) void sw_wipe_stack(void)
{
    uint8_t frame[SPILL_BYTES];
    sw_wipe(frame, sizeof frame);
}
