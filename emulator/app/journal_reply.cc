#include "emulator/app/journal_reply.h"

#include <map>

namespace bedlam::app {
namespace {

constexpr std::size_t kPieceBytes = 32 * 1024;  // of text, and then to the end of the call

using Attempts = std::vector<std::uint64_t>;  // ids of entries

std::vector<Attempts> grouped(const rpc::Journal& journal) {
  std::vector<Attempts> calls;
  std::map<std::string_view, std::size_t> by_invocation;
  for (const rpc::JournalEntry& entry : journal.entries()) {
    const std::string& invocation = entry.caller.invocation_id;
    const auto known = by_invocation.find(invocation);
    if (!invocation.empty() && known != by_invocation.end()) {
      calls[known->second].push_back(entry.id);
      continue;
    }
    if (!invocation.empty()) by_invocation[invocation] = calls.size();
    calls.push_back({entry.id});
  }
  return calls;
}

class JournalText final : public rpc::StepSource {
 public:
  explicit JournalText(rpc::Journal& journal) : journal_(journal), calls_(grouped(journal)) {}

  Duration last_due() const override { return {}; }

  std::optional<rpc::Step> next() override {
    if (ended_) return std::nullopt;
    ended_ = whole_;
    if (ended_) return rpc::Step{{}, rpc::End{}};
    std::string text = begun_ ? "" : R"({"calls":[)";
    begun_ = true;
    while (call_ < calls_.size() && text.size() < kPieceBytes) write(calls_[call_++], text);
    whole_ = call_ == calls_.size();
    if (whole_) text += R"(],"dropped":)" + std::to_string(journal_.dropped()) + "}\n";
    return rpc::Step{{}, rpc::Bytes{std::move(text), std::nullopt}};
  }

 private:
  void write(const Attempts& attempts, std::string& text) {
    Json call;
    for (const std::uint64_t id : attempts) {
      const rpc::JournalEntry* entry = journal_.find(id);
      if (entry == nullptr) continue;
      if (call.is_null()) {
        call = {{"invocation_id", entry->caller.invocation_id},
                {"service", entry->service},
                {"operation", entry->operation},
                {"resource", entry->resource},
                {"attempts", Json::array()}};
      }
      call["attempts"].push_back(to_json(*entry));
    }
    if (call.is_null()) return;
    if (std::exchange(any_, true)) text += ',';
    text += to_text(call);
  }

  rpc::Journal& journal_;
  std::vector<Attempts> calls_;
  std::size_t call_ = 0;
  bool begun_ = false, any_ = false, whole_ = false, ended_ = false;
};

}  // namespace

rpc::Reply journal_reply(rpc::Journal& journal) {
  rpc::Reply reply;
  reply.steps.push_back({{}, rpc::Head{200, {{"Content-Type", "application/json"}}}});
  reply.rest = std::make_shared<JournalText>(journal);
  return reply;
}

}  // namespace bedlam::app
