#include "mock_server/spoil.h"

#include <chrono>
#include <utility>

#include "batcher/base/check.h"
#include "batcher/base/random.h"
#include "mock_server/wire.h"

namespace mock_server {
namespace {

// An address that nobody asks for.
constexpr const char* kStranger = "1 Stranger Street, Batchlab";
// Neither JSON nor UTF-8.
constexpr const char* kGarbage = "{\"results\":[\xff\xfe\x01 }} <!-- ";

// What a proxy writes when the server behind it fails.
std::string HtmlPage(int status) {
  const std::string title = std::to_string(status) + " " + std::string(ReasonPhrase(status));
  return "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
         "</h1></center>\r\n<hr><center>batchlab</center>\r\n</body>\r\n</html>\r\n";
}

std::string_view WordsOf(int status) {
  switch (status) {
    case 401:
      return "Invalid apiKey";
    case 429:
      return "Too many requests, please try again later";
    default:
      return status >= 500 ? "Request failed, please try again later"
                           : "The request was refused on purpose";
  }
}

Reply ErrorOf(const Fault& fault) {
  Reply reply = ErrorReply(fault.status, WordsOf(fault.status));
  if (fault.html) {
    reply.content_type = "text/html";
    reply.body = HtmlPage(fault.status);
  }
  if (fault.retry_after) {
    AskToWait(*fault.retry_after, reply);
  }
  return reply;
}

void Shuffle(std::uint64_t draw, std::vector<std::string>& addresses) {
  batcher::RandomStream random(draw);
  for (std::size_t i = addresses.size(); i > 1; --i) {
    std::swap(addresses[i - 1], addresses[random.Below(i)]);
  }
}

}  // namespace

Reply ReplyInPlace(const Fault& fault) {
  CHECK(IsInPlaceOfService(fault));
  switch (fault.kind) {
    case FaultKind::kStatus:
      return ErrorOf(fault);
    case FaultKind::kReset:
      return {.status = 0, .broken = BrokenReply{.how = BrokenReply::How::kReset}};
    case FaultKind::kClosed:
      return {.status = 0, .broken = BrokenReply{.how = BrokenReply::How::kClosed}};
    default:
      return {.status = 0, .broken = BrokenReply{.how = BrokenReply::How::kHangs}};
  }
}

void SpoilItems(const Fault& fault, std::vector<std::string>& addresses) {
  if (addresses.empty()) {
    return;
  }
  const auto item = static_cast<std::ptrdiff_t>(fault.draw % addresses.size());
  switch (fault.kind) {
    case FaultKind::kMissingItem:
      addresses.erase(addresses.begin() + item);
      return;
    case FaultKind::kExtraItem:
      addresses.insert(addresses.begin() + item, kStranger);
      return;
    case FaultKind::kDuplicateItem: {
      const std::string twice = addresses[static_cast<std::size_t>(item)];
      addresses.insert(addresses.begin() + item, twice);
      return;
    }
    case FaultKind::kReorderedItems:
      Shuffle(fault.draw, addresses);
      return;
    case FaultKind::kWrongText:
      addresses[static_cast<std::size_t>(item)] = kStranger;
      return;
    default:
      return;
  }
}

void SpoilReply(const Fault& fault, Reply& reply) {
  switch (fault.kind) {
    case FaultKind::kCut:
      reply.broken = BrokenReply{.how = BrokenReply::How::kCut};
      return;
    case FaultKind::kDrip:
      reply.broken = BrokenReply{.how = BrokenReply::How::kDrips, .over = fault.over};
      return;
    case FaultKind::kGarbage:
      reply.body = kGarbage;
      return;
    case FaultKind::kTruncated:
      reply.body.resize(reply.body.size() / 2);
      return;
    case FaultKind::kNoId:
      reply.body = R"({"status":"pending"})";
      return;
    default:
      return;
  }
}

void AskToWait(Duration wait, Reply& reply) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  reply.headers.emplace_back("Retry-After", std::to_string(seconds.count()));
}

}  // namespace mock_server
