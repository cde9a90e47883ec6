#pragma once

#include "batcher/base/batcher_check.h"

// Short names for our own sources. Not installed, and in no header that is.
#define CHECK(condition) BATCHER_CHECK(condition)

// For what no input can reach: says why, and ends the program like a CHECK.
#define UNREACHABLE(why) ::batcher::CheckFailed(__FILE__, __LINE__, why)
