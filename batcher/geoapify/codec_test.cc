#include "batcher/geoapify/codec.h"

#include <gmock/gmock.h>

namespace batcher::geoapify {
namespace {

using testing::HasSubstr;

using Keys = std::vector<std::string>;

// The result of the only item of a done batch.
ItemResult<Place> OnlyResult(const std::string& entry) {
  const Decoded decoded = DecodePoll({200, "[" + entry + "]"});
  EXPECT_EQ(decoded.kind, ReplyKind::kAnswered) << entry;
  EXPECT_EQ(decoded.items.size(), 1U) << entry;
  return decoded.items.at(0).result;
}

void ExpectBadReply(const Decoded& decoded) {
  EXPECT_EQ(decoded.kind, ReplyKind::kFailed) << decoded.message;
  EXPECT_EQ(decoded.failure, Outcome::kFailedBadReply) << decoded.message;
}

TEST(EncodeBatchTest, AKeyAddsAsManyBytesAsItsTextInTheBody) {
  const std::vector<std::string> keys = {"Berlin", "Caf\u00e9 \"Mitte\"", "a\tb\\c", ""};
  std::size_t bytes = 2 - 1;  // the brackets, and one comma less than keys
  for (const std::string& key : keys) {
    bytes += BytesInBatch(key);
  }
  EXPECT_EQ(EncodeBatch(keys)->size(), bytes);
}

TEST(EncodeBatchTest, IsAnArrayOfTheAddresses) {
  EXPECT_EQ(EncodeBatch(Keys{}).value(), "[]");
  EXPECT_EQ(EncodeBatch(Keys{"a"}).value(), R"(["a"])");
  EXPECT_EQ(EncodeBatch(Keys{"12 \"Q\" St", "", "Z\xC3\xBCrich"}).value(),
            "[\"12 \\\"Q\\\" St\",\"\",\"Z\xC3\xBCrich\"]");
}

TEST(EncodeBatchTest, NamesTheFirstAddressThatIsNotUtf8) {
  const Result<std::string> body = EncodeBatch(Keys{"a", "Z\xFCrich", "\xFF"});
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().message, "address 2 of 3 is not UTF-8, wanted UTF-8 text");
}

TEST(TargetTest, HoldsTheParametersPercentEncoded) {
  EXPECT_EQ(SingleTarget("5 Main St & Co", "k=1"),
            "/v1/geocode/search?text=5%20Main%20St%20%26%20Co&format=json&limit=1&apiKey=k%3D1");
  EXPECT_EQ(SubmitTarget("k"), "/v1/batch/geocode/search?apiKey=k");
  EXPECT_EQ(PollTarget("0f/?", "k"), "/v1/batch/geocode/search?id=0f%2F%3F&format=json&apiKey=k");
}

TEST(DecodeSubmitTest, AnAcceptedBatchIsPendingWithItsJob) {
  const Decoded decoded = DecodeSubmit(
      {202, R"({"id":"00ff","status":"pending","url":"https://elsewhere/?id=00ff&apiKey=K"})"});
  EXPECT_EQ(decoded.kind, ReplyKind::kPending);
  EXPECT_EQ(decoded.job, "00ff");
}

TEST(DecodeSubmitTest, ABatchMayBeAnsweredAtOnce) {
  const Decoded decoded =
      DecodeSubmit({200, R"([{"query":{"text":"a"},"lat":1.5,"lon":-2,"formatted":"A"}])"});
  ASSERT_EQ(decoded.kind, ReplyKind::kAnswered);
  ASSERT_EQ(decoded.items.size(), 1U);
  EXPECT_EQ(decoded.items[0].text, "a");
  EXPECT_EQ(decoded.items[0].result.outcome, Outcome::kValue);
  EXPECT_EQ(decoded.items[0].result.value, (Place{.lat = 1.5, .lon = -2, .formatted = "A"}));
}

TEST(DecodeSubmitTest, WithoutAJobItIsABadReply) {
  for (const std::string body :
       {"", "{", "{}", "[]", "null", R"({"id":""})", R"({"id":7})", R"({"status":"pending"})",
        R"({"id":"00ff","sta)", "<html></html>", "{\"id\":\"\xFF\"}"}) {
    ExpectBadReply(DecodeSubmit({202, body}));
  }
}

TEST(DecodeSubmitTest, WithoutAnArrayOfResultsItIsABadReply) {
  for (const std::string body : {"", "{}", "null", "[", "[{\"lat\":1", "<html>", "[1] x"}) {
    ExpectBadReply(DecodeSubmit({200, body}));
  }
  EXPECT_EQ(DecodeSubmit({200, "<html>"}).message,
            "answered 200 with a body that is not JSON, wanted an array of results");
  ExpectBadReply(DecodeSubmit({204, ""}));
}

TEST(DecodePollTest, APendingJobIsPending) {
  const Decoded decoded = DecodePoll({202, R"({"id":"00ff","status":"pending"})"});
  EXPECT_EQ(decoded.kind, ReplyKind::kPending);
  EXPECT_EQ(decoded.job, "");
  ExpectBadReply(DecodePoll({202, "{\"id\":"}));
  ExpectBadReply(DecodePoll({202, ""}));
}

TEST(DecodePollTest, AnUnknownJobIsLost) {
  const Decoded decoded = DecodePoll({404, R"({"statusCode":404,"message":"no such job"})"});
  EXPECT_EQ(decoded.kind, ReplyKind::kLost);
  EXPECT_EQ(decoded.message, "answered 404: no such job");
  EXPECT_EQ(DecodeSubmit({404, ""}).kind, ReplyKind::kRefused);
  EXPECT_EQ(DecodeSingle({404, ""}).kind, ReplyKind::kRefused);
}

TEST(DecodePollTest, AnEmptyArrayIsAnAnswerWithoutItems) {
  const Decoded decoded = DecodePoll({200, "[]"});
  EXPECT_EQ(decoded.kind, ReplyKind::kAnswered);
  EXPECT_TRUE(decoded.items.empty());
}

TEST(DecodeItemTest, WithoutAPositionTheAddressIsNotFound) {
  EXPECT_EQ(OnlyResult(R"({"query":{"text":"nowhere"}})").outcome, Outcome::kNotFound);
  EXPECT_EQ(OnlyResult(R"({"lat":1})").outcome, Outcome::kNotFound);
  EXPECT_EQ(OnlyResult(R"({"lon":1})").outcome, Outcome::kNotFound);
  EXPECT_EQ(OnlyResult(R"({"lat":null,"lon":null})").outcome, Outcome::kNotFound);
}

TEST(DecodeItemTest, APositionReachesToThePolesAndTheDateLine) {
  EXPECT_EQ(OnlyResult(R"({"lat":90,"lon":-180})").value, (Place{.lat = 90, .lon = -180}));
  EXPECT_EQ(OnlyResult(R"({"lat":-90,"lon":180})").value, (Place{.lat = -90, .lon = 180}));
}

TEST(DecodeItemTest, APositionThatIsNoneFailsByItself) {
  for (const std::string entry :
       {R"({"lat":90.0001,"lon":0})", R"({"lat":0,"lon":-180.0001})", R"({"lat":"1","lon":2})",
        R"({"lat":1e300,"lon":2})", R"({"lat":true,"lon":2})", R"({"lat":[],"lon":{}})", "null",
        "7", "[]", "\"text\""}) {
    const ItemResult<Place> result = OnlyResult(entry);
    EXPECT_EQ(result.outcome, Outcome::kFailedBadReply) << entry;
    EXPECT_FALSE(result.value) << entry;
    EXPECT_THAT(result.message, HasSubstr("this address")) << entry;
  }
}

TEST(DecodeItemTest, ATextThatIsNoneIsAbsent) {
  for (const std::string entry : {"{}", R"({"query":{}})", R"({"query":7})", R"({"query":"a"})",
                                  R"({"query":{"text":7}})", "null"}) {
    EXPECT_EQ(DecodePoll({200, "[" + entry + "]"}).items.at(0).text, std::nullopt) << entry;
  }
}

TEST(DecodeSingleTest, TakesTheFirstResult) {
  const Decoded decoded =
      DecodeSingle({200, R"({"results":[{"lat":1,"lon":2,"formatted":"A"},{"lat":3,"lon":4}],)"
                         R"("query":{"text":"a"}})"});
  ASSERT_EQ(decoded.kind, ReplyKind::kAnswered);
  ASSERT_EQ(decoded.items.size(), 1U);
  EXPECT_EQ(decoded.items[0].text, "a");
  EXPECT_EQ(decoded.items[0].result.value, (Place{.lat = 1, .lon = 2, .formatted = "A"}));
}

TEST(DecodeSingleTest, WithoutResultsTheAddressIsNotFound) {
  const Decoded decoded = DecodeSingle({200, R"({"results":[],"query":{"text":"nowhere"}})"});
  ASSERT_EQ(decoded.kind, ReplyKind::kAnswered);
  EXPECT_EQ(decoded.items.at(0).result.outcome, Outcome::kNotFound);
}

TEST(DecodeSingleTest, WithoutAnArrayOfResultsItIsABadReply) {
  for (const std::string body : {"", "{}", "[]", R"({"results":{}})", R"({"results":[{"lat":)"}) {
    ExpectBadReply(DecodeSingle({200, body}));
  }
  ExpectBadReply(DecodeSingle({202, R"({"id":"00ff"})"}));
}

TEST(DecodeErrorTest, QuotesTheServicesOwnWords) {
  const auto message = [](int status, std::string_view body) {
    return DecodeSingle({status, body}).message;
  };
  EXPECT_EQ(message(401, R"({"statusCode":401,"error":"Unauthorized","message":"Invalid apiKey"})"),
            "answered 401: Invalid apiKey");
  EXPECT_EQ(message(401, R"({"error":"Unauthorized"})"), "answered 401: Unauthorized");
  EXPECT_EQ(message(401, R"({"error":{"message":"No such key"}})"), "answered 401: No such key");
  EXPECT_EQ(message(503, "no healthy upstream"), "answered 503: no healthy upstream");
}

TEST(DecodeErrorTest, QuotesNothingButWords) {
  const std::string long_text(201, 'x');
  for (const std::string body :
       {"", "<html><h1>Bad Gateway</h1></html>", R"({"message":7})", R"({"message":"cut o)", "[]",
        "null", "7", "{}", R"({"error":7})", "\xFF", long_text.c_str()}) {
    const Decoded decoded = DecodeSingle({502, body});
    EXPECT_EQ(decoded.kind, ReplyKind::kFailed) << body;
    EXPECT_EQ(decoded.failure, Outcome::kFailedStatus) << body;
    EXPECT_EQ(decoded.message, "answered 502") << body;
  }
}

TEST(DecodeErrorTest, ARateLimitIsToldFromAUsedUpQuota) {
  const Decoded rate = DecodeSubmit({429, R"({"message":"Too many requests"})"});
  EXPECT_EQ(rate.kind, ReplyKind::kFailed);
  const Decoded quota = DecodeSubmit({429, R"({"message":"Daily limit reached"})"});
  EXPECT_EQ(quota.failure, Outcome::kFailedQuota);
  const Decoded late = DecodeSubmit({429, "", std::chrono::hours(2)});
  EXPECT_EQ(late.failure, Outcome::kFailedQuota);
  EXPECT_EQ(DecodeSubmit({429, "out of credits"}).failure, Outcome::kFailedQuota);
}

TEST(DecodeErrorTest, AnErrorObjectUnderASuccessMeansWhatItsStatusMeans) {
  const std::string body =
      R"({"statusCode":401,"error":"Unauthorized","message":"Invalid apiKey"})";
  for (const Decoded& decoded : {DecodeSingle({200, body}), DecodeSubmit({200, body}),
                                 DecodePoll({200, body}), DecodePoll({202, body})}) {
    EXPECT_EQ(decoded.kind, ReplyKind::kRefused);
    EXPECT_EQ(decoded.failure, Outcome::kFailedStatus);
    EXPECT_THAT(decoded.message, HasSubstr("with an error object: it answered 401: Invalid"));
  }
  const Decoded quota = DecodeSingle({200, R"({"statusCode":429,"message":"no quota left"})"});
  EXPECT_EQ(quota.kind, ReplyKind::kRefused);
  EXPECT_EQ(quota.failure, Outcome::kFailedQuota);
}

TEST(DecodeErrorTest, AnErrorObjectWithoutAStatusIsABadReply) {
  const Decoded decoded = DecodePoll({200, R"({"error":"it broke"})"});
  ExpectBadReply(decoded);
  EXPECT_EQ(decoded.message, "answered 200 with an error object: it broke");
  for (const std::string status : {"399", "600", "-1", "4e2", "1e300", "\"401\"", "null"}) {
    ExpectBadReply(DecodePoll({200, R"({"error":{},"statusCode":)" + status + "}"}));
    ExpectBadReply(DecodePoll({200, R"({"statusCode":)" + status + "}"}));
  }
}

TEST(DecodeErrorTest, AnEmptyBodyIsNamedAsOne) {
  EXPECT_EQ(DecodePoll({200, ""}).message,
            "answered 200 with an empty body, wanted an array of results");
  EXPECT_EQ(DecodeSubmit({202, R"({"status":"pending"})"}).message,
            "answered 202 with unexpected JSON, wanted an object with the job's \"id\"");
}

TEST(DecodeTest, NoPrefixOfAnAnswerIsTakenForAnAnswer) {
  const std::string whole = R"([{"query":{"text":"a\u00fc"},"lat":1.5,"lon":-2.5e1,"rank":{}}])";
  ASSERT_EQ(DecodePoll({200, whole}).kind, ReplyKind::kAnswered);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    ExpectBadReply(DecodePoll({200, std::string_view(whole).substr(0, length)}));
  }
}

TEST(DecodeTest, DeepNestingAndHugeNumbersAreSurvived) {
  ExpectBadReply(DecodePoll({200, std::string(100'000, '[')}));
  ExpectBadReply(DecodePoll({200, R"([{"lat":1e999,"lon":0}])"}));
  EXPECT_EQ(DecodePoll({200, std::string(100'000, '[') + std::string(100'000, ']')}).kind,
            ReplyKind::kAnswered);
}

}  // namespace
}  // namespace batcher::geoapify
