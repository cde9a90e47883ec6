#include "mock_server/request_reader.h"

#include <string_view>
#include <utility>

#include "batcher/base/run_clock.h"

namespace mock_server {

using batcher::RunClock;
using batcher::TransferEnd;

bool RequestReader::Read() { return ReadHead() && ReadBody(); }

bool RequestReader::ReadHead() {
  const Deadline deadline = RunClock::SteadyAfter(limits_.patience);
  while (!head_.is_done()) {
    const TransferEnd end = connection_.AwaitInput(deadline);
    if (end != TransferEnd::kMoved) {
      if (head_.has_begun()) {
        RefuseFor(end);
      }
      return false;
    }
    connection_.Take(head_.Take(connection_.input()));
  }
  problem_ = head_.problem();
  return !problem_;
}

bool RequestReader::ReadBody() {
  BodyReader reader(head(), limits_.max_body_bytes);
  if (head().is_encoded && !reader.is_done()) {
    problem_ = Refusal{.status = 415, .message = "The request body is encoded"};
    return false;
  }
  if (head().expects_continue && !reader.is_done() &&
      !connection_.Send("HTTP/1.1 100 Continue\r\n\r\n")) {
    return false;
  }
  const Deadline begin = RunClock::SteadyNow();
  while (!reader.is_done()) {
    // Who sends much around few bytes is no faster for it.
    const TransferEnd end =
        connection_.AwaitInput(connection_.PaceLimit(begin, reader.body().size()));
    if (end != TransferEnd::kMoved) {
      RefuseFor(end);
      return false;
    }
    connection_.Take(reader.Take(connection_.input()));
    if (!held_.GrowTo(reader.body().size())) {
      problem_ = Refusal{.status = 503, .message = "Other requests take all the memory there is"};
      return false;
    }
  }
  problem_ = reader.problem();
  body_ = std::move(reader).TakeBody();
  return !problem_;
}

void RequestReader::RefuseFor(TransferEnd end) {
  if (end == TransferEnd::kLate) {
    problem_ = Refusal{.status = 408, .message = "The request did not come in time"};
  } else if (end == TransferEnd::kClosed) {
    problem_ = Refusal{.status = 400, .message = "The request ends early"};
  }
}

}  // namespace mock_server
