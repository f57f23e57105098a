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
    return call;
  }

  void handle(const Call& /*call*/, ReplyTo reply_to) override { reply_to(unknown_operation()); }
};

UnknownService& unknown_service() {
  static UnknownService service;  // without state
  return service;
}

// What stands behind `name` in "ttl=…; attempt=2; max=3"; "" where it is not there.
std::string_view part_of(std::string_view sdk_request, std::string_view name) {
  const std::size_t at = sdk_request.find(name);
  if (at == std::string_view::npos) return {};
  const std::string_view part = sdk_request.substr(at + name.size());
  return part.substr(0, part.find(';'));
}

// Never below `least`, which is also what no number counts as.
int number_in(std::string_view text, int least) {
  int number = least;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::max(number, least);
}

constexpr int kMaxAttempt = 1'000'000;  // an SDK tries a few times

// Which attempt of its call it is, from 1, by the headers of AWS's SDKs or Anthropic's.
int attempt_of(const aws::Headers& headers, std::string_view sdk_request) {
  const std::string_view told = part_of(sdk_request, "attempt=");
  if (!told.empty()) return number_in(told, 1);
  const int retries = number_in(headers.get("x-stainless-retry-count"), 0);
  return std::min(retries, kMaxAttempt) + 1;
}

// What the parts of a reply say together: the latest word, and all tokens.
void add_note(Note& to, const Note& more) {
  if (!more.rule.empty()) to.rule = more.rule;
  if (!more.outcome.empty()) to.outcome = more.outcome;
  if (!more.fault.empty()) to.fault = more.fault;
  to.mismatch = more.mismatch;
  if (!more.quota.is_null()) to.quota = more.quota;
  to.input_tokens += more.input_tokens;
  to.output_tokens += more.output_tokens;
  to.cached_input_tokens += more.cached_input_tokens;
  to.cache_written_tokens += more.cache_written_tokens;
}

void take_content(Call& call, aws::HttpRequest& request) {
  call.headers = std::move(request.headers);
  call.body = std::move(request.body);
}

}  // namespace

std::optional<Call> call_of(const Service& service, aws::HttpRequest request) {
  std::optional<Call> call = service.recognise(request);
  if (call) take_content(*call, request);
  return call;
}

Caller caller_of(const aws::HttpRequest& request, std::string origin, std::string region) {
  Caller caller;
  caller.origin = std::move(origin);
  caller.region = std::move(region);
  caller.invocation_id = request.headers.get("amz-sdk-invocation-id");
  const std::string_view sdk_request = request.headers.get("amz-sdk-request");
  caller.attempt = attempt_of(request.headers, sdk_request);
  caller.max_attempts = number_in(part_of(sdk_request, "max="), 0);
  caller.ttl = part_of(sdk_request, "ttl=");
  const auto scope = aws::credential_scope(request.headers.get("authorization"));
  if (scope && !scope->region.empty()) caller.region = scope->region;
  return caller;
}

void Exchange::abandon() {
  const bool already_over = playback_ && playback_->finished();
  if (already_over && !abandoned_ && journal_ != nullptr) {
    journal_->left(entry_id_, scheduler_->now());
  }
  if (already_over && !abandoned_) playback_->cancel();  // it may have stalled
  if (already_over || abandoned_) return;
  abandoned_ = true;
  if (playback_) playback_->cancel();
  input_.reset();
  JournalEntry* entry = journal_ == nullptr ? nullptr : journal_->find(entry_id_);
  if (entry == nullptr) return;
  entry->ended = "abandoned";
  entry->ended_at = scheduler_->now();
}

void Exchange::on_input(std::string_view bytes) {
  const std::shared_ptr<InputStream> input = input_;  // it may end the exchange
  if (!input || abandoned_) return;
  const std::string text = input->on_input(bytes);
  JournalEntry* entry = journal_ == nullptr ? nullptr : journal_->find(entry_id_);
  if (entry != nullptr) journal_->record_input(*entry, bytes.size(), text);
}

void Exchange::on_input_end() {
  const std::shared_ptr<InputStream> input = std::exchange(input_, nullptr);
  if (input && !abandoned_) input->on_input_end();
}

bool Dispatcher::serves(std::string_view service) const {
  return std::any_of(services_.begin(), services_.end(),
                     [&](const Entry& entry) { return entry.service->name() == service; });
}

void Dispatcher::add(Service& service, Journalled journalled) {
  services_.push_back({&service, journalled});
}

std::optional<Reply> Dispatcher::turned_away(const Entry& entry,
                                             const aws::HttpRequest& request) const {
  const std::string_view signing_name = entry.service->signing_name();
  if (!door_ || signing_name.empty()) return std::nullopt;
  const std::optional<aws::AuthenticationFailure> refusal = door_(request, signing_name);
  if (!refusal) return std::nullopt;
  Reply reply = entry.service->refuse(refusal->error);
  reply.note.mismatch = refusal->explanation;
  return reply;
}

std::optional<Reply> Dispatcher::admit(const Entry& entry, const aws::HttpRequest& request,
                                       std::string origin, Call& call) const {
  call.caller = caller_of(request, std::move(origin), region_);
  if (std::optional<Reply> refusal = turned_away(entry, request)) return refusal;
  const bool signs = event_door_ && !entry.service->signing_name().empty();
  if (signs && entry.service->hears_input(call)) call.event_chain = event_door_(request);
  return std::nullopt;
}

std::shared_ptr<Exchange> Dispatcher::dispatch(aws::HttpRequest request, std::string origin,
                                               std::shared_ptr<Receiver> receiver) {
  for (const Entry& entry : services_) {
    std::optional<Call> call = entry.service->recognise(request);
    if (call) return dispatch(entry, *call, request, std::move(origin), std::move(receiver));
  }
  Call call = *unknown_service().recognise(request);
  return dispatch({&unknown_service(), Journalled::kYes}, call, request, std::move(origin),
                  std::move(receiver));
}

std::shared_ptr<Exchange> Dispatcher::dispatch(const Entry& entry, Call& call,
                                               aws::HttpRequest& request, std::string origin,
                                               std::shared_ptr<Receiver> receiver) {
  std::optional<Reply> refusal = admit(entry, request, std::move(origin), call);
  take_content(call, request);
  return refusal ? refuse(entry, call, std::move(receiver), *std::move(refusal))
                 : handle(entry, call, std::move(receiver));
}

std::shared_ptr<Exchange> Dispatcher::open(const aws::HttpRequest& head, std::string origin,
                                           std::shared_ptr<Receiver> receiver) {
  for (const Entry& entry : services_) {
    std::optional<Call> call = entry.service->recognise(head);
    if (!call) continue;
    if (!entry.service->hears_input(*call)) return nullptr;
    std::optional<Reply> refusal = admit(entry, head, std::move(origin), *call);
    call->headers = head.headers;
    return refusal ? refuse(entry, *call, std::move(receiver), *std::move(refusal))
                   : open(entry, *call, std::move(receiver));
  }
  return nullptr;
}

std::shared_ptr<Exchange> Dispatcher::refuse(const Entry& entry, const Call& call,
                                             std::shared_ptr<Receiver> receiver, Reply refusal) {
  return run(entry, call, std::move(receiver),
             [&refusal](const ReplyTo& reply_to) { reply_to(std::move(refusal)); });
}

std::shared_ptr<Exchange> Dispatcher::call(const Call& call, std::shared_ptr<Receiver> receiver) {
  for (const Entry& entry : services_) {
    if (entry.service->takes(call)) return handle(entry, call, std::move(receiver));
  }
  return handle({&unknown_service(), Journalled::kYes}, call, std::move(receiver));
}

std::shared_ptr<Exchange> Dispatcher::handle(const Entry& entry, const Call& call,
                                             std::shared_ptr<Receiver> receiver) {
  if (entry.service->hears_input(call)) {
    Call head = call;
    head.body.clear();
    auto exchange = open(entry, head, std::move(receiver));
    exchange->on_input(call.body);
    exchange->on_input_end();
    return exchange;
  }
  return run(entry, call, std::move(receiver), [&entry, &call](ReplyTo reply_to) {
    entry.service->handle(call, std::move(reply_to));
  });
}

std::shared_ptr<Exchange> Dispatcher::begin(const Entry& entry, const Call& call) {
  auto exchange = std::make_shared<Exchange>();
  exchange->scheduler_ = &scheduler_;
  if (entry.journalled == Journalled::kYes) {
    exchange->journal_ = &journal_;
    exchange->entry_id_ = journal_.add(call, scheduler_.now()).id;
  }
  return exchange;
}

Playback::Delivering Dispatcher::journalling(const Exchange& exchange) {
  if (exchange.journal_ == nullptr) return {};
  return [this, id = exchange.entry_id_](const Step& step) {
    if (JournalEntry* journal = journal_.find(id))
      journal_.record(*journal, step, scheduler_.now());
  };
}

std::shared_ptr<Exchange> Dispatcher::run(const Entry& entry, const Call& call,
                                          std::shared_ptr<Receiver> receiver,
                                          const std::function<void(ReplyTo)>& answer) {
  const std::shared_ptr<Exchange> exchange = begin(entry, call);
  answer([this, exchange, receiver = std::move(receiver)](Reply&& reply) {
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
      const auto unheard = std::make_shared<Playback>(scheduler_, std::move(reply), nullptr,
                                                      nullptr, std::move(over));
      return unheard->cancel();
    }
    if (exchange->journal_ != nullptr) {
      if (JournalEntry* journal = journal_.find(exchange->entry_id_)) {
        journal_.annotate(*journal, std::move(reply.note));
      }
    }
    exchange->playback_ = std::make_shared<Playback>(scheduler_, std::move(reply), receiver,
                                                     journalling(*exchange), std::move(over));
    exchange->playback_->start();
  });
  return exchange;
}

std::shared_ptr<Exchange> Dispatcher::open(const Entry& entry, const Call& call,
                                           std::shared_ptr<Receiver> receiver) {
  const std::shared_ptr<Exchange> exchange = begin(entry, call);
  const auto input = std::make_shared<std::shared_ptr<InputStream>>();
  const auto over = [this, id = exchange->entry_id_, input](const Ending& ending) {
    if (!*input) return;
    Note unseen;
    JournalEntry* journal = journal_.find(id);
    (*input)->on_over(ending, journal == nullptr ? unseen : journal->note);
  };
  exchange->playback_ =
      std::make_shared<Playback>(scheduler_, Reply{}, std::move(receiver), journalling(*exchange),
                                 over, Playback::Plan::kGrowing);
  // The exchange holds the stream that holds this.
  exchange->input_ =
      entry.service->open(call, [this, weak = std::weak_ptr<Exchange>(exchange)](Reply more) {
        const std::shared_ptr<Exchange> open = weak.lock();
        if (!open || open->abandoned_) return;
        JournalEntry* journal =
            open->journal_ == nullptr ? nullptr : journal_.find(open->entry_id_);
        if (journal != nullptr) add_note(journal->note, more.note);
        complete(more);
        open->playback_->grow(std::move(more.steps));
      });
  *input = exchange->input_;
  return exchange;
}

}  // namespace bedlam::rpc
