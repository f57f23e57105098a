// Frames of recorded streams come out bit for bit, whatever their headers and payloads are. The
// bytes were laid out by Python's struct and binascii.crc32, and read back by botocore's
// eventstream.py (1.43.11) where it takes them.
#include <gmock/gmock.h>

#include "emulator/aws/event_stream.h"
#include "emulator/base/base64.h"
#include "harness/calibrate/samples.h"
#include "harness/runner/runner.h"
#include "tests/unit/harness/recording_text.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

PassedCall stream_of_base64(const std::string& frame) {
  PassedCall call;
  call.operation = "ConverseStream";
  call.resource = kHaiku;
  call.region = "us-east-1";
  call.request = make_request(step_of(call.operation, kHaiku, "Hi"),
                              *find_operation(call.operation), {"id", 1, 1, {}}, {});
  call.status = 200;
  call.headers = {{"Content-Type", "application/vnd.amazon.eventstream"}};
  call.body = {{100ms, base64_decode(frame).value_or("")}};
  call.ended = 100ms;
  call.whole = true;
  return call;
}

// What the recording of that stream answers, in base64.
std::string replayed(const std::string& frame) {
  const PassedCall call = stream_of_base64(frame);
  app::Emulator replay({});
  EXPECT_TRUE(replay.load(scenario_of(recorded({call}).parts.front())).ok());
  const PassedCall again = asked_again(call, replay);
  EXPECT_TRUE(again.whole);
  EXPECT_EQ(again.ended, call.ended);
  return base64_encode(again.text());
}

// {':message-type': 'error', ':error-code': 'InternalError',
//  ':error-message': 'An internal server error occurred'}, no payload
constexpr const char* kErrorFrame =
    "AAAAdQAAAGVpyCUBDTptZXNzYWdlLXR5cGUHAAVlcnJvcgs6ZXJyb3ItY29kZQcADUludGVybmFsRXJyb3IOOmVycm9y"
    "LW1lc3NhZ2UHACFBbiBpbnRlcm5hbCBzZXJ2ZXIgZXJyb3Igb2NjdXJyZWREGX7A";

TEST(RecordFrames, ErrorsAreErrorsAgain) {
  EXPECT_EQ(replayed(kErrorFrame), kErrorFrame);
  EXPECT_THAT(all_text(recorded({stream_of_base64(kErrorFrame)})),
              HasSubstr(R"(headers: {":message-type": "error", ":error-code": "InternalError", )"
                        R"(":error-message": "An internal server error occurred"}, payload: ""})"));
}

TEST(RecordFrames, AStreamThatEndsWithAnErrorHasFailed) {
  const std::string text = all_text(recorded({stream_of_base64(kErrorFrame)}));
  std::vector<ModelTimes> times;
  add_times(scenario_of(text).models, times);
  ASSERT_EQ(times.size(), 1U);
  EXPECT_EQ(times.front().failed, 1);
}

TEST(RecordFrames, TheStepOfAStreamThatFailedHolds) {
  scenario::Scenario again = scenario_of(recorded({stream_of_base64(kErrorFrame)}).parts.front());
  const ScenarioResult result = run_scenario(again, {});
  ASSERT_EQ(result.steps.size(), 1U);
  EXPECT_TRUE(result.steps.front().held());
}

TEST(RecordFrames, WhatIsNoTextKeepsItsBytes) {
  // PayloadPart of application/octet-stream: b'\x00\xff\xfeGr\xfc\xdfe\n'
  const std::string picture =
      "AAAAcgAAAFn0h4WWCzpldmVudC10eXBlBwALUGF5bG9hZFBhcnQNOmNvbnRlbnQtdHlwZQcAGGFwcGxpY2F0aW9uL29j"
      "dGV0LXN0cmVhbQ06bWVzc2FnZS10eXBlBwAFZXZlbnQA//5HcvzfZQqg8UhN";
  EXPECT_EQ(replayed(picture), picture);
  // ':error-message': b'Gr\xfc\xdfe', which botocore cannot read
  const std::string latin =
      "AAAAXAAAAD3AqbGyDTptZXNzYWdlLXR5cGUHAAVlcnJvcgs6ZXJyb3ItY29kZQcAAUUOOmVycm9yLW1lc3NhZ2UHAAVH"
      "cvzfZXsibWVzc2FnZSI6IngifUHxV0c=";
  EXPECT_EQ(replayed(latin), latin);
}

TEST(RecordFrames, HeadersOfAnyTypeKeepTheirBytes) {
  // One of each type behind ':message-type' and ':event-type'.
  const std::string typed =
      "AAAAggAAAHD+AU2nDTptZXNzYWdlLXR5cGUHAAVldmVudAs6ZXZlbnQtdHlwZQcABXR5cGVkAXQAAWYBAWIC/wFzA/7U"
      "AWkEAAERcAFsBf////7V+g4AAWEGAAIA/wFkCAAAAYvP5Wh7AXUJAAECAwQFBgcICQoLDA0OD3t9Sy2dwQ==";
  EXPECT_EQ(replayed(typed), typed);
  const std::string bare = "AAAAEAAAAAAFwkjrfZjI/w==";  // neither headers nor a payload
  EXPECT_EQ(replayed(bare), bare);
}

TEST(RecordFrames, SecretsInHeadersAreMasked) {
  // ':error-message': 'arn:aws:iam::555566667777:role/x', 'a': b'555566667777\xff'
  const std::string telling =
      "AAAAegAAAGp7J69BDTptZXNzYWdlLXR5cGUHAAVlcnJvcgs6ZXJyb3ItY29kZQcAAUUOOmVycm9yLW1lc3NhZ2UHACBh"
      "cm46YXdzOmlhbTo6NTU1NTY2NjY3Nzc3OnJvbGUveAFhBgANNTU1NTY2NjY3Nzc3/wPfYWs=";
  // 'arn:aws:iam::123456789012:xxxxxx', b'123456789012\xff'
  const std::string masked =
      "AAAAegAAAGp7J69BDTptZXNzYWdlLXR5cGUHAAVlcnJvcgs6ZXJyb3ItY29kZQcAAUUOOmVycm9yLW1lc3NhZ2UHACBh"
      "cm46YXdzOmlhbTo6MTIzNDU2Nzg5MDEyOnh4eHh4eAFhBgANMTIzNDU2Nzg5MDEy/2SWxaw=";
  EXPECT_EQ(replayed(telling), masked);
}

}  // namespace
}  // namespace bedlam::harness
