/* The place of an address, for a spreadsheet's add-in or whatever can call a function of C.
 *
 * Many threads ask at once, each for one address, and each waits for its own answer; behind the
 * function their questions are gathered and leave as batches. All functions may be called from any
 * thread; none throws, and none ends the program. Not in a child process after fork().
 *
 * Configured by the environment, which is read when the first call comes (or at batchlab_start):
 *   GEOAPIFY_API_KEY   the key of the service; wanted
 *   BATCHLAB_URL       where the service is; https://api.geoapify.com if not set
 *   BATCHLAB_WINDOW    how long the first of a batch may wait for others: "10ms" if not set
 *
 * When the program ends (exit, or the end of main), calls that still wait end as BATCHLAB_STOPPED.
 */
#pragma once

/* What can be called from outside, whatever the library was compiled with. */
#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

/* What the functions answer; named as C does.  NOLINTBEGIN(readability-identifier-naming) */
enum {
  BATCHLAB_FOUND = 0,          /* also: done */
  BATCHLAB_NOT_FOUND = 1,      /* the service knows no such address */
  BATCHLAB_BAD_ARGUMENT = 2,   /* a null pointer */
  BATCHLAB_NOT_CONFIGURED = 3, /* the environment lacks something, or it is wrong */
  BATCHLAB_BUSY = 4,           /* too many calls wait */
  BATCHLAB_TIMED_OUT = 5,      /* no answer within 30 s */
  BATCHLAB_STOPPED = 6,        /* by batchlab_stop, or by the end of the program */
  BATCHLAB_FAILED = 7          /* the service could not be reached, or refused */
};
/* NOLINTEND(readability-identifier-naming) */

/* Blocks until the address (UTF-8, ends with a zero byte) is looked up, 30 s at most, and answers
 * one of the numbers above. Only with BATCHLAB_FOUND it writes `lat` and `lon`, in degrees (WGS
 * 84).
 */
int batchlab_get_location(const char* address, double* lat, double* lon);

/* Reads the environment and makes ready, which the first call does else; after batchlab_stop it
 * begins anew. BATCHLAB_FOUND if it runs, else BATCHLAB_NOT_CONFIGURED; BATCHLAB_STOPPED when the
 * program is ending. */
int batchlab_start(void);

/* Ends every call that waits as BATCHLAB_STOPPED, and all later ones until batchlab_start. Returns
 * when no thread of the library's own is left. */
void batchlab_stop(void);

/* Why the last call of this thread did not answer BATCHLAB_FOUND, in a sentence; "" if it did.
 * Valid until the thread's next call. */
const char* batchlab_last_error(void);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop
