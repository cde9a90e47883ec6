#include "batcher/metrics/metrics_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/metrics/batcher_metrics.h"
#include "batcher/runtime/test_service.h"
#include "mock_server/test_socket.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;
using mock_server::TestSocket;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kScrape = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr const char* kHealth = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

// Something to be scraped that does as it is told, on the scraper's thread.
class Source final : public prometheus::Collectable {
 public:
  explicit Source(std::function<std::string()> help) : help_(std::move(help)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    prometheus::MetricFamily family;
    family.name = "source";
    family.help = help_();
    family.metric.emplace_back();
    return {family};
  }

 private:
  std::function<std::string()> help_;
};

std::unique_ptr<MetricsServer> Serve(const prometheus::Collectable& source,
                                     Duration patience = 1h) {
  auto server = MetricsServer::Start({&source}, {.address = "127.0.0.1:0", .patience = patience});
  EXPECT_TRUE(server) << (server ? "" : server.error().message);
  return *std::move(server);
}

int PortOf(const MetricsServer& server) {
  const std::string origin = server.origin();
  return std::stoi(origin.substr(origin.rfind(':') + 1));
}

std::string Ask(const MetricsServer& server, std::string_view request) {
  return TestSocket(PortOf(server)).Send(request).ReadAll();
}

TEST(MetricsServerTest, ServesTheTextFormatOfAllSources) {
  prometheus::Registry registry;
  prometheus::BuildCounter()
      .Name("tea_total")
      .Help("Cups of tea.")
      .Register(registry)
      .Add({{"kind", "green"}})
      .Increment(3);
  const Source other([] { return "Another one."; });
  const auto server = MetricsServer::Start({&registry, &other}, {.address = "127.0.0.1:0"});
  ASSERT_TRUE(server);
  EXPECT_EQ((*server)->scrapes(), 0U);
  const std::string reply = Ask(**server, kScrape);
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(reply, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(reply, HasSubstr("\r\n\r\n# HELP tea_total Cups of tea.\n"
                               "# TYPE tea_total counter\ntea_total{kind=\"green\"} 3\n"));
  EXPECT_THAT(reply, HasSubstr("# HELP source Another one.\n"));
  EXPECT_EQ((*server)->scrapes(), 1U);
}

TEST(MetricsServerTest, OtherRequestsAreNoScrapes) {
  const Source source([] { return ""; });
  const auto server = Serve(source);
  EXPECT_THAT(Ask(*server, kHealth), AllOf(StartsWith("HTTP/1.1 200"), EndsWith("\r\n\r\nok\n")));
  EXPECT_THAT(Ask(*server, "GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Ask(*server, "POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
              AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("Allow: GET, HEAD")));
  EXPECT_EQ(server->scrapes(), 0U);
}

TEST(MetricsServerTest, ASourceThatThrowsIsAnErrorOfOneScrape) {
  std::atomic<bool> broken = true;
  const Source source([&] { return broken ? throw std::runtime_error("secret") : "well"; });
  const auto server = Serve(source);
  EXPECT_THAT(Ask(*server, kScrape), AllOf(StartsWith("HTTP/1.1 500"), Not(HasSubstr("secret"))));
  broken = false;
  EXPECT_THAT(Ask(*server, kScrape), HasSubstr("# HELP source well\n"));
}

TEST(MetricsServerTest, AnAddressInUseIsAnErrorAndLeavesItsOwnerAlone) {
  const Source source([] { return "mine"; });
  const auto server = Serve(source);
  const std::string address = server->origin().substr(std::string("http://").size());
  const auto second = MetricsServer::Start({&source}, {.address = address});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message,
            "cannot serve metrics on " + address + ": Address already in use");
  EXPECT_THAT(Ask(*server, kScrape), HasSubstr("mine"));
}

TEST(MetricsServerTest, AnAddressCanBeTakenAgainAtOnce) {
  const Source source([] { return "mine"; });
  auto server = Serve(source);
  const std::string address = server->origin().substr(std::string("http://").size());
  EXPECT_THAT(Ask(*server, kScrape), HasSubstr("mine"));
  server.reset();
  const auto next = MetricsServer::Start({&source}, {.address = address});
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_THAT(Ask(**next, kScrape), HasSubstr("mine"));
}

TEST(MetricsServerTest, AnAddressThatIsNoneOrNotOursIsAnError) {
  const Source source([] { return ""; });
  for (const auto& [address, problem] :
       {std::pair("9464", "found \"9464\", wanted HOST:PORT"),
        std::pair("127.0.0.1:65536", "found \"127.0.0.1:65536\", wanted HOST:PORT"),
        std::pair("192.0.2.1:0", "cannot serve metrics on 192.0.2.1:0: Cannot assign requested"),
        std::pair("nobody.invalid:0", "cannot serve metrics on nobody.invalid:0: ")}) {
    const auto server = MetricsServer::Start({&source}, {.address = address});
    ASSERT_FALSE(server) << address;
    EXPECT_THAT(server.error().message, StartsWith(problem));
  }
}

// The page is larger than what the kernel takes for a reader that does not read.
TEST(MetricsServerTest, AScraperThatNeverReadsHoldsUpNeitherABatcherNorTheEnd) {
  prometheus::Registry registry;
  BatcherMetrics metrics(registry, {});
  Event scraped;
  const Source source([&] {
    scraped.Set();
    return std::string(64U << 20U, 'x');
  });
  const auto server = Serve(source);
  TestSocket scraper(PortOf(*server));
  scraper.Send(kScrape);
  ASSERT_TRUE(scraped.Wait());

  BatcherOptions options;
  options.queue.policy = WindowPolicy(0ns);
  options.observer = &metrics;
  Batcher<int, int> batcher({.batch = AnswerAll}, options);
  for (int key = 0; key < 200; ++key) {
    EXPECT_EQ(batcher.Get(key).Wait().value, ValueOf(key));
  }
  EXPECT_THAT(Ask(*server, kHealth), EndsWith("ok\n"));
  server->Stop();  // With the patience of an hour it would wait for that.
  server->Stop();
}

TEST(MetricsServerTest, ScrapersThatNeverSendDoNotHoldUpTheEnd) {
  const Source source([] { return ""; });
  const auto server = Serve(source);
  TestSocket silent(PortOf(*server));
  TestSocket interrupted(PortOf(*server));
  interrupted.Send("GET /metrics HT");
  EXPECT_THAT(Ask(*server, kHealth), EndsWith("ok\n"));  // The others have been accepted.
  server->Stop();
  EXPECT_EQ(silent.ReadAll(), "");
  EXPECT_THAT(Ask(*server, kScrape), "");
}

// More than there are threads.
TEST(MetricsServerTest, ScrapersThatNeverSendDoNotKeepOthersAwayForLong) {
  const Source source([] { return "here"; });
  const auto server = Serve(source, 20ms);
  std::vector<std::unique_ptr<TestSocket>> silent;
  for (int i = 0; i < 30; ++i) {
    silent.push_back(std::make_unique<TestSocket>(PortOf(*server)));
  }
  EXPECT_THAT(Ask(*server, kScrape), HasSubstr("here"));
}

TEST(MetricsServerTest, ManyScrapersAreAllAnswered) {
  const Source source([] { return "here"; });
  const auto server = Serve(source);
  std::vector<std::unique_ptr<TestSocket>> scrapers;
  for (int i = 0; i < 40; ++i) {
    scrapers.push_back(std::make_unique<TestSocket>(PortOf(*server)));
    scrapers.back()->Send(kScrape);
  }
  for (const auto& scraper : scrapers) {
    EXPECT_THAT(scraper->ReadAll(), HasSubstr("here"));
  }
  EXPECT_EQ(server->scrapes(), 40U);
}

TEST(MetricsServerTest, AScrapeThatIsCollectedDuringTheStopEndsBeforeIt) {
  Event collecting;
  Event proceed;
  std::atomic<bool> collected = false;
  const Source source([&] {
    collecting.Set();
    EXPECT_TRUE(proceed.Wait());
    collected = true;
    return "late";
  });
  const auto server = Serve(source);
  TestSocket scraper(PortOf(*server));
  scraper.Send(kScrape);
  ASSERT_TRUE(collecting.Wait());
  std::thread stopper([&] {
    server->Stop();
    EXPECT_TRUE(collected);
  });
  EXPECT_EQ(scraper.ReadAll(), "");  // The stop has disconnected it.
  proceed.Set();
  stopper.join();
}

// Scrapes come at every stage of the server's life, and of the batcher's.
TEST(MetricsServerTest, ScrapesMayComeAtAnyTime) {
  prometheus::Registry registry;
  BatcherMetrics metrics(registry, {});
  auto server = Serve(registry);
  std::atomic<bool> ending = false;
  std::thread scraper([&, port = PortOf(*server)] {
    while (!ending) {
      TestSocket(port).Send(kScrape).ReadAll();
    }
  });
  for (int round = 0; round < 20; ++round) {
    BatcherOptions options;
    options.queue.policy = WindowPolicy(0ns);
    options.observer = &metrics;
    Batcher<int, int> batcher({.batch = AnswerAll}, options);
    for (int key = 0; key < 20; ++key) {
      EXPECT_EQ(batcher.Get(key).Wait().value, ValueOf(key));
    }
  }
  server->Stop();
  ending = true;
  scraper.join();
  EXPECT_GT(server->scrapes(), 0U);
}

}  // namespace
}  // namespace batcher
