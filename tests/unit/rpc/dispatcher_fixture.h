// A dispatcher with one service that answers as a test wants it to.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/rpc/dispatcher.h"
#include "tests/unit/rpc/recorder.h"

namespace bedlam::rpc {

// Recognises paths that start with its own, and answers with the reply it was given.
class FakeService : public Service {
 public:
  FakeService(std::string service, std::string path)
      : service_(std::move(service)), path_(std::move(path)) {}

  Reply reply = plain_reply(200, {}, "hello");
  std::optional<Duration> handled_after;  // else at once
  Scheduler* scheduler = nullptr;
  std::vector<Call> calls;

  std::string signing = "";
  std::string_view name() const override { return service_; }
  std::string_view signing_name() const override { return signing; }
  Reply refuse(const aws::Error& error) override {
    return plain_reply(error.http_status, {}, error.message);
  }
  std::optional<Call> recognise(const aws::HttpRequest& request) const override {
    if (!request.path().starts_with(path_)) return std::nullopt;
    return Call{service_, "Do", "thing", {}, request.headers, request.body};
  }
  void handle(const Call& call, ReplyTo reply_to) override {
    calls.push_back(call);
    if (!handled_after) return reply_to(Reply(reply));
    scheduler->after(*handled_after,
                     [this, reply_to = std::move(reply_to)] { reply_to(Reply(reply)); });
  }

 private:
  std::string service_, path_;
};

class DispatcherTest : public ::testing::Test {
 protected:
  DispatcherTest() {
    service.scheduler = &scheduler;
    dispatcher.add(service);
  }
  std::shared_ptr<Exchange> dispatch(std::string target = "/thing/1") {
    return dispatcher.dispatch({"POST", std::move(target), {}, "{}"}, "connection 1", recorder);
  }
  const JournalEntry& entry() const { return journal.entries().back(); }
  static Reply stream() {
    return {{{std::chrono::seconds(1), Head{}},
             {std::chrono::seconds(1), Bytes{"a", FrameLabel{0, "chunk", 1, 10}}},
             {std::chrono::seconds(2), Bytes{"b", FrameLabel{1, "chunk", 2, 20}}},
             {std::chrono::seconds(3), End{}}},
            {"rule 1", "answer", "", "", 7, 2}};
  }

  Scheduler scheduler{WallTime{}};
  Journal journal;
  Dispatcher dispatcher{scheduler, journal};
  FakeService service{"fake", "/thing"};
  std::shared_ptr<Recorder> recorder = std::make_shared<Recorder>(scheduler);
};

}  // namespace bedlam::rpc
