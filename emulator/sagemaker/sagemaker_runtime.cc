#include "emulator/sagemaker/sagemaker_runtime.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "emulator/aws/event_stream.h"
#include "emulator/base/glob.h"
#include "emulator/sagemaker/errors.h"
#include "emulator/sagemaker/pieces.h"
#include "emulator/sagemaker/service_model.h"

namespace bedlam::sagemaker {
namespace {

using namespace std::chrono_literals;

// How long a container may take (SageMaker developer guide, "How containers serve requests").
constexpr Duration kContainerTimeout = 60s;
constexpr Duration kSessionLife = 20min;  // AWS's is the container's to say
constexpr std::string_view kDefaultVariant = "AllTraffic";
constexpr const char* kVariantHeader = "x-Amzn-Invoked-Production-Variant";
constexpr const char* kAttributesHeader = "X-Amzn-SageMaker-Custom-Attributes";

struct HeaderMember {
  const char *member, *header;
};

struct Operation {
  std::string_view path, name;
  bool streams = false, asynchronous = false;
};
constexpr std::array<Operation, 3> kOperations{
    {{"invocations", "InvokeEndpoint", false, false},
     {"invocations-response-stream", "InvokeEndpointWithResponseStream", true, false},
     {"async-invocations", "InvokeEndpointAsync", false, true}}};

const Operation* operation_named(std::string_view name) {
  const auto* found = std::find_if(kOperations.begin(), kOperations.end(),
                                   [&](const Operation& o) { return o.name == name; });
  return found == kOperations.end() ? nullptr : found;
}

// Where the members of an input are among the headers; those of the plain call are HTTP's own.
constexpr std::array<HeaderMember, 13> kHeaders{
    {{"customAttributes", kAttributesHeader},
     {"targetModel", "X-Amzn-SageMaker-Target-Model"},
     {"targetVariant", "X-Amzn-SageMaker-Target-Variant"},
     {"targetContainerHostname", "X-Amzn-SageMaker-Target-Container-Hostname"},
     {"inferenceId", "X-Amzn-SageMaker-Inference-Id"},
     {"enableExplanations", "X-Amzn-SageMaker-Enable-Explanations"},
     {"inferenceComponentName", "X-Amzn-SageMaker-Inference-Component"},
     {"sessionId", "X-Amzn-SageMaker-Session-Id"},
     {"inputLocation", "X-Amzn-SageMaker-InputLocation"},
     {"s3OutputPathExtension", "X-Amzn-SageMaker-S3OutputPathExtension"},
     {"filename", "X-Amzn-SageMaker-Filename"},
     {"requestTTLSeconds", "X-Amzn-SageMaker-RequestTTLSeconds"},
     {"invocationTimeoutSeconds", "X-Amzn-SageMaker-InvocationTimeoutSeconds"}}};

Json header_value(std::string_view member, std::string_view text) {
  if (!member.ends_with("Seconds")) return text;
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  return parsed.ec == std::errc() && parsed.ptr == end ? Json(number) : Json(text);
}

std::string_view header_of(std::string_view member) {
  const auto* found = std::find_if(kHeaders.begin(), kHeaders.end(),
                                   [&](const HeaderMember& h) { return h.member == member; });
  return found == kHeaders.end() ? member : std::string_view(found->header);
}

Json input_of(const rpc::Call& call, const Operation& operation) {
  const bool plain = operation.name == "InvokeEndpoint";
  Json input{{"endpointName", call.resource}};
  const auto take = [&](const char* member, const char* header) {
    if (const auto value = call.headers.find(header)) {
      input[member] = header_value(member, *value);
    }
  };
  take("contentType", operation.asynchronous ? "X-Amzn-SageMaker-Content-Type" : "Content-Type");
  take("accept", plain ? "Accept" : "X-Amzn-SageMaker-Accept");
  for (const auto& [member, header] : kHeaders) take(member, header);
  return input;
}

// The container's content type: what was asked for, else what the answer looks like.
std::string content_type(const std::string& accept, bool json) {
  const bool open = accept.empty() || accept.find('*') != std::string::npos;
  if (!open) return accept;
  return json ? "application/json" : "text/plain; charset=utf-8";
}

std::string payload_part(const std::string& bytes) {
  return aws::encode({{{":event-type", std::string("PayloadPart")},
                       {":content-type", std::string("application/octet-stream")},
                       {":message-type", std::string("event")}},
                      bytes});
}

}  // namespace

// A call that was found valid, and what the script wants of it.
struct SageMakerRuntime::Work {
  const rpc::Call& call;
  bool streams;
  Json input;
  const script::Endpoint* endpoint;  // nullptr: the scenario has none
  const script::Choice& choice;
  script::Latency latency;  // under the endpoint's load
  errors::Place place;
  Random random;
  std::string refused_input;  // why an asynchronous call's cannot be read; "" where it can

  bool failed() const { return !refused_input.empty() || failure() != nullptr; }
  std::string text(std::string_view member) const { return text_member(input, member); }
  const script::Error* failure() const {
    return choice.outcome == nullptr ? nullptr
                                     : std::get_if<script::Error>(&choice.outcome->result);
  }
  const script::Answer* wanted() const {
    return choice.outcome == nullptr ? nullptr
                                     : std::get_if<script::Answer>(&choice.outcome->result);
  }
  std::vector<Duration> times(std::size_t pieces) const {
    return script::ready_times(latency, static_cast<int>(pieces), random);
  }
};

// What came of an asynchronous call.
struct SageMakerRuntime::AsyncResult {
  std::string output_location, failure_location;
  std::string content_type, body;
  bool failed;
  std::string region, origin;
};

void SageMakerRuntime::use(std::vector<script::Endpoint> endpoints) {
  endpoints_ = std::move(endpoints);
  std::vector<script::Behaviour> behaviours;
  for (const script::Endpoint& endpoint : endpoints_) behaviours.push_back(endpoint.behaviour);
  script_ = script::Script(std::move(behaviours));
}

void SageMakerRuntime::reset() {
  use({});
  seeds_.clear();
  in_flight_.clear();
  ++resets_;
}

std::optional<rpc::Call> SageMakerRuntime::recognise(const aws::HttpRequest& request) const {
  if (request.method != "POST") return std::nullopt;
  std::string_view path = request.path();
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto take = [&path] { return aws::percent_decode(aws::take_last_segment(path)); };
  const std::string action = take(), endpoint = take();
  if (take() != "endpoints" || endpoint.empty()) return std::nullopt;
  for (const Operation& operation : kOperations) {
    if (action != operation.path) continue;
    rpc::Call call;
    call.service = name();
    call.operation = operation.name;
    call.resource = endpoint;
    return call;
  }
  return std::nullopt;
}

void SageMakerRuntime::handle(const rpc::Call& call, rpc::ReplyTo reply_to) {
  // The input of an asynchronous call is what stands there.
  const Random random = seeds_.next(call, {call.headers.get("X-Amzn-SageMaker-InputLocation")});
  rpc::Reply reply = answer(call, random);
  for (rpc::Step& step : reply.steps) {
    auto* head = std::get_if<rpc::Head>(&step.action);
    if (head == nullptr) continue;
    head->headers.add("Date", to_http_date(scheduler_.wall_now() + step.due));
    head->headers.add("x-amzn-RequestId", random.derive("request id").uuid());
  }
  reply_to(std::move(reply));
}

rpc::Reply SageMakerRuntime::refuse(const aws::Error& error) {
  return error_reply(error, {});
}

rpc::Reply SageMakerRuntime::answer(const rpc::Call& call, const Random& random) {
  const Operation* operation = operation_named(call.operation);
  if (operation == nullptr) return rpc::unknown_operation();
  const errors::Place place{call.resource, call.caller.region, account_};
  Json input = input_of(call, *operation);
  const aws::Verdict verdict = service_model().check(input, std::string(operation->name) + "Input");
  if (verdict.wrong_type) {
    return error_reply(errors::unparsable_header(header_of(*verdict.wrong_type)), {});
  }
  if (!verdict.ok()) return error_reply(errors::refused(verdict), {});
  if (call.body.size() > kMaxBodyBytes) return error_reply(errors::body_too_long(), {});
  const auto endpoint =
      std::find_if(endpoints_.begin(), endpoints_.end(), [&](const script::Endpoint& candidate) {
        return glob_match(candidate.behaviour.pattern, call.resource);
      });
  const bool found = endpoint != endpoints_.end();
  if (!found && !endpoints_.empty()) return error_reply(errors::no_endpoint(place), {});

  rpc::FetchedObject fetched;
  if (operation->asynchronous) fetched = fetch_input(call, input);
  const std::string& payload = operation->asynchronous && get_ ? fetched.body : call.body;
  const Result<Json, JsonError> body = parse_json(payload);
  script::Facts facts;
  facts.resource = call.resource;
  facts.operation = call.operation;
  facts.region = call.caller.region;
  facts.prompt = prompt_in(body.ok() ? *body : Json(payload));
  facts.attempt = call.caller.attempt;
  facts.headers = &call.headers;
  facts.body = body.ok() ? &*body : nullptr;
  // A container that gets no input is not asked.
  const bool asked = fetched.refusal.empty();
  const script::Choice choice = asked ? script_.choose(facts) : script::Choice();
  const int load = in_flight_.arrive(call.resource, place.region, scheduler_.now());
  const Work work{call,
                  operation->streams,
                  std::move(input),
                  found ? &*endpoint : nullptr,
                  choice,
                  script::at_load(choice.latency, load),
                  place,
                  random,
                  fetched.refusal};
  rpc::Reply reply = operation->asynchronous ? asynchronous(work) : synchronous(work);
  reply.note.rule = choice.rule;
  if (asked) reply.note.mismatch = choice.mismatch;
  reply.note.input_tokens = static_cast<int>(split_words(facts.prompt).size());
  if (choice.outcome != nullptr && choice.outcome->fault) {
    const auto payload_of = [](std::string_view member) {
      return Json{{"Message", errors::default_message(member)}};
    };
    fault::apply(*choice.outcome->fault, reply, {errors::union_member, payload_of, "Message"});
  }
  return reply;
}

void SageMakerRuntime::works(const Work& work, Duration takes) {
  if (takes <= Duration{}) return;
  in_flight_.done_at(work.call.resource, work.place.region, scheduler_.now() + takes);
}

rpc::Reply SageMakerRuntime::synchronous(const Work& work) {
  if (const script::Error* failure = work.failure()) {
    const aws::Error error =
        errors::named(failure->name, failure->message, failure->original_status, work.place);
    const Duration takes = work.times(1).back();
    works(work, takes);
    return rpc::with_headers(error_reply(error, takes), failure->headers);
  }
  const std::vector<std::string> pieces = said_pieces(work.wanted(), work.random);
  const std::vector<Duration> times = work.times(pieces.size());
  works(work, times.back());
  if (!work.streams && times.back() > kContainerTimeout) {
    return error_reply(errors::timed_out(work.place), kContainerTimeout);
  }
  std::string body;
  for (const std::string& piece : pieces) body += piece;
  const std::string type = content_type(work.text("accept"), parse_json(body).ok());
  const std::string variant = work.text("targetVariant");
  aws::Headers headers{{"Content-Type", work.streams ? std::string(aws::kEventStreamType) : type},
                       {kVariantHeader, variant.empty() ? std::string(kDefaultVariant) : variant}};
  if (work.streams) headers.add("X-Amzn-SageMaker-Content-Type", type);
  if (const auto attributes = work.call.headers.find(kAttributesHeader)) {
    headers.add(kAttributesHeader, *attributes);
  }
  if (work.text("sessionId") == "NEW_SESSION") {
    std::string expires = to_iso8601(scheduler_.wall_now() + kSessionLife);
    expires.resize(expires.find('.'));
    headers.add("X-Amzn-SageMaker-New-Session-Id",
                work.random.derive("session").uuid() + "; Expires=" + expires + "Z");
  }
  rpc::Reply reply;
  if (!work.streams) {
    reply = rpc::plain_reply(200, std::move(headers), std::move(body), times.back());
  } else {
    reply.steps.push_back({times.front(), rpc::Head{200, std::move(headers)}});
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const int number = static_cast<int>(i);
      reply.steps.push_back(
          {times[i], rpc::Bytes{payload_part(pieces[i]),
                                rpc::FrameLabel{number, "PayloadPart", number + 1}}});
    }
    reply.steps.push_back({times.back(), rpc::End{}});
  }
  reply.note.outcome = "answer";
  reply.note.output_tokens = static_cast<int>(pieces.size());
  return reply;
}

rpc::FetchedObject SageMakerRuntime::fetch_input(const rpc::Call& call, const Json& input) const {
  if (!get_) return {};
  return get_(rpc::parse_s3_uri(text_member(input, "inputLocation")), call.caller.region,
              "input of InvokeEndpointAsync of " + call.resource);
}

// The call is answered at once; its result is left where the answer says.
rpc::Reply SageMakerRuntime::asynchronous(const Work& work) {
  const std::string inference = work.text("inferenceId").empty()
                                    ? work.random.derive("inference").uuid()
                                    : work.text("inferenceId");
  const std::string name = work.random.derive("output").uuid();
  const std::string base = "s3://sagemaker-" + work.place.region + "-" + account_;
  const auto under = [](std::string prefix, const std::string& part) {
    while (prefix.ends_with('/')) prefix.pop_back();
    return prefix + "/" + part;
  };
  const script::Endpoint* endpoint = work.endpoint;
  const bool own = endpoint != nullptr && !endpoint->output.empty();
  std::string output = own ? endpoint->output : base + "/async-endpoint-outputs";
  const std::string extension = work.text("s3OutputPathExtension");
  if (!extension.empty()) output = under(output, extension);
  output = under(output, work.text("filename").empty() ? name + ".out" : work.text("filename"));
  const bool own_failures = endpoint != nullptr && !endpoint->failure_output.empty();
  const std::string failed =
      under(own_failures ? endpoint->failure_output : base + "/async-endpoint-failures",
            name + "-error.out");

  AsyncResult result{output, failed, "", "", work.failed(), work.place.region, ""};
  result.origin = "result of InvokeEndpointAsync of " + work.call.resource + ", " + inference;
  Duration takes{};
  if (!work.refused_input.empty()) {
    result.body = errors::unreadable_input(work.text("inputLocation"), work.refused_input);
  } else if (const script::Error* failure = work.failure()) {
    takes = work.times(1).back();
    result.body =
        errors::named(failure->name, failure->message, failure->original_status, work.place)
            .message;
  } else {
    for (const std::string& piece : said_pieces(work.wanted(), work.random)) result.body += piece;
    takes = work.times(1).back();
  }
  result.content_type = content_type(work.text("accept"), parse_json(result.body).ok());
  works(work, takes);
  scheduler_.after(takes, [this, result, as_of = resets_] {
    if (as_of == resets_) leave(result);
  });
  rpc::Reply reply = rpc::plain_reply(202,
                                      {{"Content-Type", "application/json"},
                                       {"X-Amzn-SageMaker-OutputLocation", output},
                                       {"X-Amzn-SageMaker-FailureLocation", failed}},
                                      to_text(Json{{"InferenceId", inference}}));
  reply.note.outcome = "answer";
  if (!work.refused_input.empty()) reply.note.mismatch = result.body;
  return reply;
}

void SageMakerRuntime::leave(const AsyncResult& result) {
  if (!put_) return;
  const auto put = [&](const std::string& location, const std::string& type,
                       const std::string& body) {
    const rpc::S3Location to = rpc::parse_s3_uri(location);
    return put_({to.bucket, to.key, type, body, result.region, result.origin});
  };
  if (result.failed) {
    put(result.failure_location, result.content_type, result.body);
    return;
  }
  const std::string refusal = put(result.output_location, result.content_type, result.body);
  if (refusal.empty()) return;
  put(result.failure_location, content_type("", false),
      errors::unwritable_output(result.output_location, refusal));
}

rpc::Reply SageMakerRuntime::error_reply(const aws::Error& error, Duration due) const {
  Json body{{"Message", error.message}};
  for (const auto& [member, value] : error.members.items()) body[member] = value;
  rpc::Reply reply = rpc::plain_reply(
      error.http_status, {{"Content-Type", "application/json"}, {"x-amzn-ErrorType", error.code}},
      to_text(body), due);
  reply.note.outcome = error.code;
  return reply;
}

}  // namespace bedlam::sagemaker
