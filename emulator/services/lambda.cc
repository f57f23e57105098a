#include "emulator/services/lambda.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "emulator/aws/function_name.h"
#include "emulator/base/base64.h"
#include "emulator/base/glob.h"
#include "emulator/script/value.h"

namespace bedlam::services {
namespace {

// What Lambda itself answers (botocore lambda/2015-03-31, Invoke); any other name in a script is an
// exception that the function raises.
struct ApiError {
  std::string_view name;
  int status;
  std::string_view message;
};
constexpr std::array<ApiError, 13> kApiErrors{
    {{"TooManyRequestsException", 429, "Rate Exceeded."},
     {"ServiceException", 500, "An error occurred and the request cannot be processed."},
     {"ResourceNotFoundException", 404, "Function not found"},
     {"ResourceConflictException", 409,
      "The operation cannot be performed at this time. The function is currently in the following "
      "state: Pending"},
     {"ResourceNotReadyException", 502, "The function is inactive and its VPC is gone."},
     {"RequestTooLargeException", 413,
      "Request must be smaller than 6291456 bytes for the "
      "InvokeFunction operation"},
     {"InvalidParameterValueException", 400, "One of the parameters is not valid."},
     {"InvalidRequestContentException", 400, "Could not parse request body into json"},
     {"EC2ThrottledException", 502, "The VPC network configuration was throttled."},
     {"ENILimitReachedException", 502, "The limit of network interfaces was reached."},
     {"KMSAccessDeniedException", 502,
      "Lambda was unable to decrypt the environment variables "
      "because KMS access was denied."},
     {"SnapStartNotReadyException", 409, "Lambda is initializing your function."},
     {"EFSIOException", 410, "An error occurred when reading from or writing to a file system."}}};

// Quotas of AWS Lambda: "Function timeout". A function that hangs and says no timeout runs as long.
constexpr Duration kLongestTimeout = std::chrono::minutes(15);

const ApiError* find_api_error(std::string_view name) {
  const auto* found = std::find_if(kApiErrors.begin(), kApiErrors.end(),
                                   [&](const ApiError& error) { return error.name == name; });
  return found == kApiErrors.end() ? nullptr : found;
}

std::string qualifier_of(std::string_view function) {
  constexpr std::string_view kFunction = "function:";
  const std::size_t at = function.find(kFunction);
  if (at != std::string_view::npos) function.remove_prefix(at + kFunction.size());
  const std::size_t colon = function.find(':');
  return colon == std::string_view::npos ? "$LATEST" : std::string(function.substr(colon + 1));
}

bool is_node(const script::Function& function) {
  return function.runtime.starts_with("nodejs");
}

std::string payload_text(const script::Function& function, const Json& value) {
  return is_node(function) ? to_text(value) : script::python_json(value);
}

// What the runtime makes of an exception (recorded for Python).
std::string exception_text(const script::Function& function, const script::Error& error,
                           const std::string& request_id) {
  Json trace = error.stack;
  if (is_node(function)) {
    if (trace.is_null()) trace = Json::array({error.name + ": " + error.message});
    return to_text({{"errorType", error.name}, {"errorMessage", error.message}, {"trace", trace}});
  }
  if (trace.is_null()) trace = Json::array();
  return script::python_json({{"errorMessage", error.message},
                              {"errorType", error.name},
                              {"requestId", request_id},
                              {"stackTrace", trace}});
}

// Recorded in November 2025.
std::string timeout_text(const std::string& request_id, Duration timeout) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", seconds(timeout));
  return to_text({{"errorType", "Sandbox.Timedout"},
                  {"errorMessage", "RequestId: " + request_id + " Error: Task timed out after " +
                                       text.data() + " seconds"}});
}

std::string log_tail(const std::string& request_id, Duration took) {
  std::array<char, 32> ms{};
  std::snprintf(ms.data(), ms.size(), "%.2f", seconds(took) * 1'000);
  return "START RequestId: " + request_id + " Version: $LATEST\nEND RequestId: " + request_id +
         "\nREPORT RequestId: " + request_id + "\tDuration: " + ms.data() +
         " ms\tBilled Duration: " + std::to_string(static_cast<long>(seconds(took) * 1'000) + 1) +
         " ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\t\n";
}

rpc::Reply api_error(std::string_view name, int status, std::string_view message,
                     const std::string& request_id, Duration due = {}) {
  const bool capital = name == "ResourceNotFoundException" || name == "ServiceException";
  const Json body{{"Type", status >= 500 ? "Server" : "User"},
                  {capital ? "Message" : "message", message}};
  rpc::Reply reply = rpc::plain_reply(status,
                                      {{"Content-Type", "application/json"},
                                       {"x-amzn-RequestId", request_id},
                                       {"x-amzn-ErrorType", std::string(name)}},
                                      to_text(body), due);
  reply.note.outcome = name;
  return reply;
}

std::string trace_id(const Random& random) {
  constexpr std::string_view kHex = "0123456789abcdef";
  Random draws = random.derive("trace");
  return "Root=1-" + draws.text(kHex, 8) + "-" + draws.text(kHex, 24) +
         ";Parent=" + draws.text(kHex, 16) + ";Sampled=0";
}

}  // namespace

Lambda::Lambda(Scheduler& scheduler, std::uint64_t seed, std::string account)
    : scheduler_(scheduler), account_(std::move(account)), seeds_(seed, "lambda call") {}

void Lambda::reset() {
  use({});
  seeds_.clear();
}

void Lambda::use(std::vector<script::Function> functions) {
  functions_ = std::move(functions);
  std::vector<script::Behaviour> behaviours;
  for (const script::Function& function : functions_) behaviours.push_back(function.behaviour);
  script_ = script::Script(std::move(behaviours));
}

std::optional<rpc::Call> Lambda::recognise(const aws::HttpRequest& request) const {
  if (request.method != "POST") return std::nullopt;
  std::string_view path = request.path();
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto take = [&path] { return aws::percent_decode(aws::take_last_segment(path)); };
  const std::string action = take(), function = take(), collection = take(), version = take();
  if (action != "invocations" || collection != "functions" || version != "2015-03-31" ||
      !path.empty()) {
    return std::nullopt;
  }
  rpc::Call call;
  call.service = name();
  call.operation = "Invoke";
  call.resource = function;
  constexpr std::string_view kQualifier = "?Qualifier=";
  if (const std::size_t at = request.target.find(kQualifier); at != std::string::npos) {
    call.resource += ":" + aws::percent_decode(request.target.substr(at + kQualifier.size()));
  }
  return call;
}

const script::Function* Lambda::find(std::string_view name) const {
  for (const script::Function& function : functions_) {
    if (glob_match(function.behaviour.pattern, name)) return &function;
  }
  return nullptr;
}

void Lambda::handle(const rpc::Call& call, rpc::ReplyTo reply_to) {
  static const rpc::TaskCall kNoTask;
  const rpc::TaskCall& task = call.task ? *call.task : kNoTask;
  rpc::Reply reply = answer(call, seeds_.next(call, {task.state_machine, task.state}));
  for (rpc::Step& step : reply.steps) {
    if (auto* head = std::get_if<rpc::Head>(&step.action)) {
      head->headers.add("Date", to_http_date(scheduler_.wall_now() + step.due));
    }
  }
  reply_to(std::move(reply));
}

rpc::Reply Lambda::not_found(const rpc::Call& call, const std::string& name,
                             const Random& random) const {
  rpc::Reply reply =
      api_error("ResourceNotFoundException", 404,
                "Function not found: arn:aws:lambda:" + call.caller.region + ":" + account_ +
                    ":function:" + name + ":" + qualifier_of(call.resource),
                random.derive("request").uuid());
  reply.note.mismatch =
      "no entry of functions matches '" + name + "'; write functions: {" + name + ": {answer: …}}";
  return reply;
}

rpc::Reply Lambda::answer(const rpc::Call& call, const Random& random) {
  const std::string name(aws::function_name(call.resource));
  const script::Function* function = find(name);
  if (function == nullptr) return not_found(call, name, random);
  const Result<Json, JsonError> event = parse_json(call.body.empty() ? "{}" : call.body);
  if (!event) {
    return api_error("InvalidRequestContentException", 400,
                     "Could not parse request body into json: Could not parse payload into json: " +
                         event.error().message,
                     random.derive("request").uuid());
  }
  rpc::Reply reply = invoke(*function, call, *event, random);
  const std::string_view type = call.headers.get("X-Amz-Invocation-Type", "RequestResponse");
  if (type == "RequestResponse") return reply;
  // The caller hears only that it was taken.
  rpc::Reply taken = rpc::plain_reply(type == "DryRun" ? 204 : 202,
                                      {{"x-amzn-RequestId", random.derive("request").uuid()}}, "");
  taken.note = reply.note;
  return taken;
}

rpc::Reply Lambda::invoke(const script::Function& function, const rpc::Call& call,
                          const Json& event, const Random& random) {
  script::Facts facts;
  facts.resource = aws::function_name(call.resource);
  facts.operation = call.operation;
  facts.region = call.caller.region;
  facts.attempt = call.caller.attempt;
  facts.headers = &call.headers;
  facts.body = &event;
  if (call.task) {
    facts.state = call.task->state;
    facts.workflow = call.task->state_machine;
  }
  const script::Choice choice = script_.choose(facts);
  const std::string request_id = random.derive("request").uuid();
  Duration takes = script::answer_time(choice.latency, random);

  const script::Outcome* outcome = choice.outcome;
  const auto* error = outcome == nullptr ? nullptr : std::get_if<script::Error>(&outcome->result);
  const auto* result = outcome == nullptr ? nullptr : std::get_if<script::Answer>(&outcome->result);
  const ApiError* refusal = error == nullptr ? nullptr : find_api_error(error->name);
  rpc::Reply reply;
  if (refusal != nullptr) {
    reply =
        api_error(refusal->name, refusal->status,
                  error->message.empty() ? refusal->message : error->message, request_id, takes);
  } else {
    const bool timed_out = function.timeout && takes > *function.timeout;
    if (timed_out) takes = *function.timeout;
    aws::Headers headers{{"Content-Type", "application/json"},
                         {"x-amzn-RequestId", request_id},
                         {"X-Amz-Executed-Version", qualifier_of(call.resource)},
                         {"X-Amzn-Trace-Id", trace_id(random)}};
    std::string payload = "null";
    if (timed_out) {
      payload = timeout_text(request_id, *function.timeout);
    } else if (error != nullptr) {
      payload = exception_text(function, *error, request_id);
    } else if (result != nullptr) {
      payload = payload_text(function, script::value_of(*result, event));
    }
    if (timed_out || error != nullptr) headers.add("X-Amz-Function-Error", "Unhandled");
    if (call.headers.get("X-Amz-Log-Type") == "Tail") {
      headers.add("X-Amz-Log-Result", base64_encode(log_tail(request_id, takes)));
    }
    reply = rpc::plain_reply(200, std::move(headers), std::move(payload), takes);
    reply.note.outcome = timed_out ? "Sandbox.Timedout" : error != nullptr ? error->name : "answer";
    reply.note.runs = takes;
  }
  reply.note.rule = choice.rule;
  reply.note.mismatch = choice.mismatch;
  if (outcome == nullptr || !outcome->fault) return reply;
  fault::apply(*outcome->fault, reply);
  if (reply.note.runs && lasts_until_left(reply)) {
    reply.note.runs = function.timeout.value_or(kLongestTimeout);
  }
  return reply;
}

}  // namespace bedlam::services
