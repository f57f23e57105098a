// Requests to Bedrock Runtime: any bytes as the body or the query of every operation, of every
// family, under a quota and a guardrail. Whatever comes, there is one whole answer.
#include <array>
#include <string>

#include "emulator/bedrock/bedrock_runtime.h"
#include "emulator/rpc/dispatcher.h"
#include "tests/fuzz/whole_answer.h"
#include "tests/unit/bedrock/families/known_models.h"

namespace bedlam {
namespace {

struct Form {
  std::string_view method, before_model, behind_model;
  bool body_in_target = false;
};
constexpr std::string_view kModelPath = "/model/";
constexpr std::array<Form, 10> kForms{{
    {"POST", kModelPath, "/invoke"},
    {"POST", kModelPath, "/invoke-with-response-stream"},
    {"POST", kModelPath, "/converse"},
    {"POST", kModelPath, "/converse-stream"},
    {"POST", kModelPath, "/count-tokens"},
    {"POST", kModelPath, "/invoke-with-bidirectional-stream"},
    {"POST", "/guardrail/gr1/version/1/apply?", ""},
    {"POST", "/async-invoke?", ""},
    {"GET", "/async-invoke/", "?", true},
    {"GET", "/async-invoke?", "", true},
}};

aws::HttpRequest request_of(fuzz::Input& input) {
  // Above the ten, the same with a guardrail.
  const std::size_t choice = input.choose(2 * kForms.size());
  const Form& form = kForms[choice % kForms.size()];
  const std::string_view model =
      bedrock::test::kKnownModels[input.choose(bedrock::test::kKnownModels.size())];
  aws::HttpRequest request;
  request.method = form.method;
  request.target = std::string(form.before_model);
  if (form.before_model == kModelPath) {
    for (const char c : model) request.target += c == '/' ? "%2F" : std::string(1, c);
  }
  request.target +=
      form.body_in_target ? std::string(input.rest()) : std::string(form.behind_model);
  if (!form.body_in_target) request.body = input.rest();
  if (choice >= kForms.size()) {
    request.headers.add("X-Amzn-Bedrock-GuardrailIdentifier", "gr1");
    request.headers.add("X-Amzn-Bedrock-GuardrailVersion", "1");
  }
  return request;
}

script::Script limited() {
  script::Behaviour all{"*", {}, {}};
  all.quota.emplace();
  all.quota->requests = script::Rate{50, std::chrono::minutes(1)};
  all.quota->tokens = script::Rate{100'000, std::chrono::minutes(1)};
  all.quota->daily_tokens = 1'000'000;
  all.quota->concurrent = 1;
  return script::Script({std::move(all)});
}

std::vector<script::Guardrail> guardrails() {
  using Kind = script::GuardrailPolicy::Kind;
  using Action = script::GuardrailPolicy::Action;
  script::Guardrail guardrail;
  guardrail.behaviour.pattern = "*";
  guardrail.blocked_input = "No.";
  guardrail.blocked_output = "Nothing.";
  const auto add = [&](Kind kind, std::string name, std::string match, Action action) {
    script::GuardrailPolicy& policy = guardrail.policies.emplace_back();
    policy.kind = kind;
    policy.name = std::move(name);
    policy.match = std::move(match);
    policy.action = action;
  };
  add(Kind::kTopic, "Money", "money", Action::kBlock);
  add(Kind::kWord, "hi", "hi", Action::kMask);
  add(Kind::kRegex, "Number", "/[0-9]{3}/", Action::kMask);
  add(Kind::kGrounding, "GROUNDING", "", Action::kBlock);
  return {std::move(guardrail)};
}

// A job for those who ask for jobs.
void start_job(bedrock::BedrockRuntime& runtime) {
  aws::HttpRequest request;
  request.method = "POST";
  request.target = "/async-invoke";
  request.body = R"({"modelId":"amazon.nova-reel-v1:0","modelInput":{"prompt":"Hi"},)"
                 R"("outputDataConfig":{"s3OutputDataConfig":{"s3Uri":"s3://videos"}}})";
  runtime.handle(*rpc::call_of(runtime, std::move(request)), [](const rpc::Reply& reply) {
    fuzz::require(std::get<rpc::Head>(reply.steps.front().action).status == 200, "a job starts");
  });
}

void speak(bedrock::BedrockRuntime& runtime, rpc::Call call) {
  const std::string body = std::exchange(call.body, "");
  int ends = 0;
  const auto session = runtime.open(call, [&ends](const rpc::Reply& reply) {
    fuzz::require(ends == 0, "nothing comes after the end");
    for (const rpc::Step& step : reply.steps) ends += rpc::ends_reply(step.action) ? 1 : 0;
  });
  if (session) {
    session->on_input(body);
    session->on_input_end();
  }
  fuzz::require(ends == 1, "the stream ends once");
}

}  // namespace
}  // namespace bedlam

BEDLAM_FUZZ_TARGET(bedrock_request) {
  using namespace bedlam;
  fuzz::Input input(data, size);
  Scheduler scheduler{WallTime{}};
  bedrock::BedrockRuntime runtime(scheduler, 1);
  runtime.use(limited(), guardrails());
  runtime.put_with([](const rpc::StoredObject& /*object*/) { return ""; });
  aws::HttpRequest request = request_of(input);
  if (request.method == "GET") start_job(runtime);
  std::optional<rpc::Call> call = rpc::call_of(runtime, std::move(request));
  if (!call) return 0;  // a GET of another path
  if (runtime.hears_input(*call)) {
    speak(runtime, *std::move(call));
    return 0;
  }
  int replies = 0;
  runtime.handle(*call, [&replies](rpc::Reply reply) {
    ++replies;
    fuzz::require_whole(std::move(reply));
  });
  fuzz::require(replies == 1, "one answer");
  scheduler.run();  // what jobs leave behind
  return 0;
}
