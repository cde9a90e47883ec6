#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>

#include "batcher/base/time.h"
#include "batcher/batcher.h"
#include "batcher/examples/spreadsheet/batchlab_location.h"
#include "batcher/geoapify/endpoint.h"

namespace {

using batcher::Outcome;
using batcher::geoapify::GeoapifyEndpoint;
using batcher::geoapify::Place;
using PlaceBatcher = batcher::Batcher<std::string, Place>;

// What a function of C answers, and the sentence for batchlab_last_error.
struct Reply {
  int code = BATCHLAB_FOUND;
  std::string sentence = {};
  Place place = {};
};

std::string Environment(const char* name, const char* otherwise) {
  // Read under a lock; that nobody changes it meanwhile is the caller's affair, as always in C.
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr && *value != '\0' ? value : otherwise;
}

batcher::Result<std::unique_ptr<PlaceBatcher>> MakeBatcher() {
  const std::string key = Environment("GEOAPIFY_API_KEY", "");
  if (key.empty()) {
    return batcher::Error{"GEOAPIFY_API_KEY is not set, wanted the key of the service"};
  }
  const auto window = batcher::ParseDuration(Environment("BATCHLAB_WINDOW", "10ms"));
  if (!window) {
    return batcher::Error{"BATCHLAB_WINDOW: " + window.error().message};
  }
  auto endpoint = GeoapifyEndpoint::Create(
      {.base_url = Environment("BATCHLAB_URL", "https://api.geoapify.com"), .api_key = key});
  if (!endpoint) {
    return batcher::Error{"BATCHLAB_URL: " + endpoint.error().message};
  }
  batcher::BatcherOptions options;
  options.queue.policy = batcher::WindowPolicy(*window);
  return std::make_unique<PlaceBatcher>(*std::move(endpoint), options);
}

int CodeOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kValue:
      return BATCHLAB_FOUND;
    case Outcome::kNotFound:
      return BATCHLAB_NOT_FOUND;
    case Outcome::kRejectedQueueFull:
    case Outcome::kRejectedShed:
      return BATCHLAB_BUSY;
    case Outcome::kTimeout:
    case Outcome::kDeadlineExceeded:
      return BATCHLAB_TIMED_OUT;
    case Outcome::kRejectedDraining:
    case Outcome::kCancelled:
    case Outcome::kShutDown:
      return BATCHLAB_STOPPED;
    default:
      return BATCHLAB_FAILED;
  }
}

Reply ReplyOf(const batcher::Answer<Place>& answer) {
  if (answer) {
    return {.place = *answer};
  }
  std::string sentence(batcher::Name(answer.outcome));
  if (!answer.message.empty()) {
    sentence += ": " + answer.message;
  }
  return {.code = CodeOf(answer.outcome), .sentence = std::move(sentence)};
}

// Once the batcher's libraries are in use: what is registered later is done earlier.
void StopAtExit();

// The one batcher of the process, and who uses it. Calls share the lock as long as they wait; who
// makes the batcher or takes it away holds it alone. Thread-safe.
class Geocoder {
 public:
  Reply Get(const char* address) {
    while (true) {
      {
        const std::shared_lock lock(mutex_);
        if (stopping_ || stopped_) {
          return Stopped();
        }
        if (batcher_ != nullptr) {
          return ReplyOf(batcher_->Get(address).Wait());
        }
      }
      if (Reply started = Start(false); started.code != BATCHLAB_FOUND) {
        return started;
      }
    }
  }

  // `anew`: after a stop too.
  Reply Start(bool anew) {
    {
      const std::shared_lock lock(mutex_);
      if (batcher_ != nullptr && !stopping_) {
        return {};
      }
    }
    const std::unique_lock lock(mutex_);
    if (ended_ || (stopped_ && !anew)) {
      return Stopped();
    }
    if (batcher_ == nullptr) {
      auto made = MakeBatcher();
      if (!made) {
        return {.code = BATCHLAB_NOT_CONFIGURED, .sentence = made.error().message};
      }
      batcher_ = *std::move(made);
      StopAtExit();
    }
    stopped_ = false;
    return {};
  }

  // `for_ever`: nothing starts again.
  void Stop(bool for_ever) {
    const std::lock_guard one_at_a_time(stop_mutex_);
    {
      const std::shared_lock lock(mutex_);
      stopping_ = true;  // Nobody new waits from here on.
      if (batcher_ != nullptr) {
        batcher_->Drain(batcher::Duration(0));  // Those that wait are answered, and let go.
      }
    }
    const std::unique_lock lock(mutex_);
    batcher_.reset();
    stopped_ = true;
    ended_ = ended_ || for_ever;
    stopping_ = false;
  }

 private:
  static Reply Stopped() { return {.code = BATCHLAB_STOPPED, .sentence = "it was stopped"}; }

  std::mutex stop_mutex_;  // Held by who stops.
  std::shared_mutex mutex_;
  std::atomic<bool> stopping_ = false;     // Also set by who shares the lock.
  std::unique_ptr<PlaceBatcher> batcher_;  // Guarded by mutex_.
  bool stopped_ = false;                   // Guarded by mutex_.
  bool ended_ = false;                     // Guarded by mutex_.
};

// Functions of C have nobody to hold it for them. It is never freed, as threads may still call
// while the program ends; its batcher is stopped then, before the libraries that the batcher uses
// end.
Geocoder& TheGeocoder() {
  static Geocoder& geocoder = *new Geocoder();
  return geocoder;
}

void StopAtExit() {
  static std::once_flag once;
  std::call_once(once, [] { std::atexit([] { TheGeocoder().Stop(true); }); });
}

// Of this thread. No std::string: nothing of it must be freed when a thread ends.
thread_local std::array<char, 500> last_error{};

int Tell(int code, std::string_view sentence) {
  const std::size_t length = std::min(sentence.size(), last_error.size() - 1);
  std::copy_n(sentence.data(), length, last_error.data());
  last_error.at(length) = '\0';
  return code;
}

// What is thrown ends here.
template <class Function>
int Answer(Function function) noexcept {
  try {
    const Reply reply = function();
    return Tell(reply.code, reply.sentence);
  } catch (const std::exception& thrown) {
    return Tell(BATCHLAB_FAILED, thrown.what());
  } catch (...) {
    return Tell(BATCHLAB_FAILED, "something unknown was thrown");
  }
}

}  // namespace

int batchlab_get_location(const char* address, double* lat, double* lon) {
  return Answer([&] {
    if (address == nullptr || lat == nullptr || lon == nullptr) {
      return Reply{.code = BATCHLAB_BAD_ARGUMENT, .sentence = "found a null pointer"};
    }
    Reply reply = TheGeocoder().Get(address);
    if (reply.code == BATCHLAB_FOUND) {
      *lat = reply.place.lat;
      *lon = reply.place.lon;
    }
    return reply;
  });
}

int batchlab_start(void) {
  return Answer([] {
    Reply reply = TheGeocoder().Start(true);
    return reply;
  });
}

void batchlab_stop(void) {
  Answer([] {
    TheGeocoder().Stop(false);
    return Reply{};
  });
}

const char* batchlab_last_error(void) { return last_error.data(); }
