#pragma once

#include "results/lib/ledger.h"
#include "results/lib/run_files.h"

namespace results {

// The run on a time line, in the Chrome trace event format, for https://ui.perfetto.dev and
// chrome://tracing: a row for each batch in flight at once and one for each call that waits at
// once, each split into its parts; an arrow leads from each call to its batch. Handed to `write`
// piece by piece. `ledger` in order (SortLedger). Source of the format: Google, Trace Event Format.
void WriteTraceEvents(const Ledger& ledger, const TextSink& write);

}  // namespace results
