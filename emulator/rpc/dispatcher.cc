#include "emulator/rpc/dispatcher.h"

#include <algorithm>
#include <charconv>

#include "emulator/aws/authorization.h"

namespace bedlam::rpc {
namespace {

// Takes what no service recognises, so that a wrong path shows in the journal too.
class UnknownService final : public Service {
 public:
  std::string_view name() const override { return "unknown"; }

  std::optional<Call> recognise(const aws::HttpRequest& request) const override {
    Call call;
    call.service = name();
    call.operation = request.method;
    call.resource = aws::redacted_target(request.target);
    call.body = request.body;
    return call;
  }

  void handle(const Call& /*call*/, ReplyTo reply_to) override { reply_to(unknown_operation()); }
};

UnknownService& unknown_service() {
  static UnknownService service;  // without state
  return service;
}

// The number behind `attempt=` in "ttl=…; attempt=2; max=3"; 1 where there is none from 1 on.
int attempt_of(std::string_view sdk_request) {
  constexpr std::string_view kAttempt = "attempt=";
  const std::size_t at = sdk_request.find(kAttempt);
  if (at == std::string_view::npos) return 1;
  const std::string_view number = sdk_request.substr(at + kAttempt.size());
  int attempt = 1;
  std::from_chars(number.data(), number.data() + number.size(), attempt);
  return std::max(attempt, 1);
}

}  // namespace

Caller caller_of(const aws::HttpRequest& request, std::string origin, std::string region) {
  Caller caller;
  caller.origin = std::move(origin);
  caller.region = std::move(region);
  caller.invocation_id = request.headers.get("amz-sdk-invocation-id");
  caller.attempt = attempt_of(request.headers.get("amz-sdk-request"));
  const auto scope = aws::credential_scope(request.headers.get("authorization"));
  if (scope && !scope->region.empty()) caller.region = scope->region;
  return caller;
}

void Exchange::abandon() {
  const bool already_over = playback_ && playback_->finished();
  if (already_over && !abandoned_) playback_->cancel();  // it may have stalled
  if (already_over || abandoned_) return;
  abandoned_ = true;
  if (playback_) playback_->cancel();
  JournalEntry* entry = journal_ == nullptr ? nullptr : journal_->find(entry_id_);
  if (entry == nullptr) return;
  entry->ended = "abandoned";
  entry->ended_at = scheduler_->now();
}

void Dispatcher::add(Service& service, Journalled journalled) {
  services_.push_back({&service, journalled});
}

std::shared_ptr<Exchange> Dispatcher::dispatch(const aws::HttpRequest& request, std::string origin,
                                               std::shared_ptr<Receiver> receiver) {
  for (const Entry& entry : services_) {
    std::optional<Call> call = entry.service->recognise(request);
    if (!call) continue;
    call->caller = caller_of(request, std::move(origin), region_);
    const std::string_view signing_name = entry.service->signing_name();
    if (!door_ || signing_name.empty()) return handle(entry, *call, std::move(receiver));
    const std::optional<aws::Refusal> refusal = door_(request, signing_name);
    if (!refusal) return handle(entry, *call, std::move(receiver));
    Reply reply = entry.service->refuse(refusal->error);
    reply.note.mismatch = refusal->explanation;
    return run(entry, *call, std::move(receiver),
               [&reply](const ReplyTo& reply_to) { reply_to(std::move(reply)); });
  }
  Call call = *unknown_service().recognise(request);
  call.caller = caller_of(request, std::move(origin), region_);
  return handle({&unknown_service(), Journalled::kYes}, call, std::move(receiver));
}

std::shared_ptr<Exchange> Dispatcher::call(const Call& call, std::shared_ptr<Receiver> receiver) {
  for (const Entry& entry : services_) {
    if (entry.service->name() == call.service) return handle(entry, call, std::move(receiver));
  }
  return handle({&unknown_service(), Journalled::kYes}, call, std::move(receiver));
}

std::shared_ptr<Exchange> Dispatcher::handle(const Entry& entry, const Call& call,
                                             std::shared_ptr<Receiver> receiver) {
  return run(entry, call, std::move(receiver), [&entry, &call](ReplyTo reply_to) {
    entry.service->handle(call, std::move(reply_to));
  });
}

std::shared_ptr<Exchange> Dispatcher::run(const Entry& entry, const Call& call,
                                          std::shared_ptr<Receiver> receiver,
                                          const std::function<void(ReplyTo)>& answer) {
  auto exchange = std::make_shared<Exchange>();
  exchange->scheduler_ = &scheduler_;
  if (entry.journalled == Journalled::kYes) {
    exchange->journal_ = &journal_;
    exchange->entry_id_ = journal_.add(call, scheduler_.now()).id;
  }
  answer([this, exchange, receiver = std::move(receiver)](Reply reply) {
    Playback::Over over;
    if (reply.when_over) {
      // Ids are from 1: an exchange that is not journalled finds nothing.
      over = [this, id = exchange->entry_id_,
              when_over = std::move(reply.when_over)](const Ending& ending) {
        Note unseen;
        JournalEntry* journal = journal_.find(id);
        when_over(ending, journal == nullptr ? unseen : journal->note);
      };
    }
    if (exchange->abandoned_) {
      if (over) over(ending_of_abandoned(reply, scheduler_.now(), 0, scheduler_.now()));
      return;
    }
    Playback::Delivering delivering;
    if (exchange->journal_ != nullptr) {
      if (JournalEntry* journal = journal_.find(exchange->entry_id_)) {
        journal_.annotate(*journal, reply.note);
      }
      delivering = [this, id = exchange->entry_id_](const Step& step) {
        if (JournalEntry* journal = journal_.find(id))
          journal_.record(*journal, step, scheduler_.now());
      };
    }
    exchange->playback_ = std::make_shared<Playback>(scheduler_, std::move(reply), receiver,
                                                     std::move(delivering), std::move(over));
    exchange->playback_->start();
  });
  return exchange;
}

}  // namespace bedlam::rpc
