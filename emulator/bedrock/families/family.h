// A family of models: which ids it serves and how its own JSON, the body of InvokeModel, is read
// and written. A new family is one file here and its two words in catalog.cc
// (docs/adding/model-family.md); scripts, faults and timing come with it, and for one that
// converses the Converse operations too.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/aws/error.h"
#include "emulator/base/json_text.h"
#include "emulator/base/result.h"
#include "emulator/bedrock/conversation/cache_prefix.h"
#include "emulator/bedrock/conversation/conversation.h"
#include "emulator/bedrock/stream/sequence.h"
#include "emulator/clock/instant.h"

namespace bedlam::bedrock {

// One chunk of a model's stream: the JSON inside, and the output tokens sent up to and including
// it.
struct Chunk {
  Json json;
  int tokens = 0;
};

using Chunks = Sequence<Chunk>;

struct Usage {
  int input_tokens = 0, output_tokens = 0;
  int cache_read = 0, cache_written = 0;  // not among the input tokens

  int all_input() const { return input_tokens + cache_read + cache_written; }
};

// The call that an answer is written for.
struct Occasion {
  std::string_view model;  // a bare id
  const Json& body;        // of the request, as it came
  WallTime received;
  Random ids;  // the same for a whole answer and for its stream
};

class ConversingFamily;
class ComputingFamily;

// Either a ConversingFamily or a ComputingFamily, or one that speaks and nothing else.
class Family {
 public:
  virtual ~Family() = default;

  // `model` is a bare id without Region prefix, "anthropic.claude-3-haiku-20240307-v1:0".
  virtual bool serves(std::string_view model) const = 0;
  // Whether AWS serves it through inference profiles only.
  virtual bool needs_profile(std::string_view /*model*/) const { return false; }

  // The InvokeModel body for one message of a user, as a client writes it that knows nothing but
  // the prompt and how many tokens the answer may have (where a body says so).
  virtual Json request(const std::string& prompt, int max_tokens, std::string_view model) const = 0;
  // Reads and validates an InvokeModel body. The error is what AWS answers.
  virtual Result<Conversation, aws::Error> read(const Json& body, std::string_view model) const = 0;

  // What an answer of this family says of its tokens; zeros where it says nothing.
  virtual Usage usage_of(const Json& /*body*/) const { return {}; }

  // Whether InvokeModelWithBidirectionalStream serves it; read() refuses the rest then.
  virtual bool speaks() const { return false; }

  virtual const ConversingFamily* conversing() const { return nullptr; }
  virtual const ComputingFamily* computing() const { return nullptr; }
};

// What Converse takes from a model (Bedrock user guide,
// conversation-inference-supported-models-features). Where that is not known, all is taken but
// sound, films and results of searches, which few models take.
struct ConverseTraits {
  // The most a request may ask for, and what is taken where it asks for nothing.
  int max_output_tokens = 0;
  // The most with a beta, by the beginning of its name in `anthropic_beta`; "": there is none.
  std::string_view output_beta = {};
  int output_tokens_of_beta = 0;
  int max_images = 0;  // in one request; 0: as many as there are
  bool system = true, images = true, stop_sequences = true;
  bool documents = true, audio = false, video = false, search_results = false;
  bool ends_with_user = false;  // an answer cannot be begun by the caller
  bool tools = true, streamed_tools = true;
  // toolChoice `any` and `tool`; all models that have tools take `auto`.
  bool any_tool_choice = false, specific_tool_choice = false;
  bool counts_tokens = false;                        // CountTokens serves it
  Reasoning reasoning = Reasoning::kNone;            // without being asked for
  Reasoning reasoning_on_demand = Reasoning::kNone;  // additionalModelRequestFields.thinking
};

// Says what a script wants said.
class ConversingFamily : public Family {
 public:
  const ConversingFamily* conversing() const final { return this; }

  virtual ConverseTraits traits(std::string_view model) const = 0;
  // The fewest tokens of a prefix that is cached; 0: the model caches none. Of a model that does,
  // Bedrock reports cached tokens on every call.
  virtual int cache_minimum(std::string_view /*model*/) const { return 0; }
  // What is said of a request with more cache points than kMaxCachePoints; "": nothing.
  virtual std::string too_many_cache_points(std::size_t /*points*/) const { return {}; }
  // What an InvokeModel body asks to be cached, counted by that rule.
  virtual CachePrefix cache_prefix(const Json& /*body*/, script::TokenRule /*rule*/) const {
    return {};
  }

  // What the model itself refuses of a Converse request that Converse allowed, in its own words;
  // nullopt: nothing. `max_tokens`: of the request, or the model's.
  virtual std::optional<std::string> refusal_of_converse(const Json& /*body*/,
                                                         std::string_view /*model*/,
                                                         std::int64_t /*max_tokens*/) const {
    return std::nullopt;
  }

  // The most tokens that a prompt may have (the models' pages in the Bedrock user guide; where a
  // page says "128k", 1,024 of them to a k, lest more be refused than AWS refuses); 0: not known,
  // and not refused. `body`: of either operation.
  virtual int context_window(std::string_view /*model*/, const Json& /*body*/) const { return 0; }
  // What is said of a prompt that has more.
  virtual std::string too_long(std::string_view /*model*/, int /*tokens*/, int /*window*/) const {
    return "Input is too long for requested model.";
  }

  // What the model refuses of an InvokeModel body only where its answer is to be a stream.
  virtual std::optional<aws::Error> refusal_of_stream(const Json& /*body*/) const {
    return std::nullopt;
  }

  // The whole answer (its tree will do), and the same as the chunks of a stream (without Bedrock's
  // own metrics, which the caller adds to the last).
  virtual JsonText plain(const Answer& answer, Occasion occasion) const = 0;
  virtual Chunks chunks(const Answer& answer, Occasion occasion) const = 0;
  // The names of the events that its chunks are, where they have names: a fault's `at_frame` takes
  // them (scenario/shapes.cc, "event"). The texts live as long as the program.
  virtual std::vector<std::string_view> events() const { return {}; }
  // The one of these that a chunk is, a scripted one too; "": none.
  virtual std::string_view event_of(const Json& /*chunk*/) const { return {}; }
};

// Answers with what follows from the request alone: vectors, pictures. It has no streams and no
// Converse.
class ComputingFamily : public Family {
 public:
  const ComputingFamily* computing() const final { return this; }

  // The answer to a body that read() accepted. `instead`: a scripted text, which takes the place of
  // the request's own.
  virtual Json compute(const Json& body, std::string_view model,
                       const std::optional<std::string>& instead, Random random) const = 0;
};

const std::vector<const Family*>& families();
// nullptr: no family serves it.
const Family* find_family(std::string_view model);

}  // namespace bedlam::bedrock
