#include "mock_server/http_server.h"

#include <gtest/gtest.h>
TEST(X, Y) {}
