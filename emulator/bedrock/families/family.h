// A family of models: which ids it serves and how its own JSON, the body of InvokeModel, is read
// and written. A new family is one file here and one line in catalog.cc; the Converse operations,
// scripts, faults and timing come with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/aws/error.h"
#include "emulator/base/result.h"
#include "emulator/bedrock/conversation.h"

namespace bedlam::bedrock {

// One chunk of a model's stream: the JSON inside, and the output tokens sent up to and including
// it.
struct Chunk {
  Json json;
  int tokens = 0;
};

struct Usage {
  int input_tokens = 0, output_tokens = 0;
};

class Family {
 public:
  virtual ~Family() = default;

  // `model` is a bare id without Region prefix, "anthropic.claude-3-haiku-20240307-v1:0".
  virtual bool serves(std::string_view model) const = 0;
  // The most a request may ask for, and what Converse takes where it asks for nothing.
  virtual int max_output_tokens(std::string_view model) const = 0;

  // Reads and validates an InvokeModel body. The error is what AWS answers.
  virtual Result<Conversation, aws::Error> read(const Json& body, std::string_view model) const = 0;

  // The whole answer, and the same as the chunks of a stream (without Bedrock's own metrics, which
  // the caller adds to the last). Ids are drawn from `ids`: the same for both.
  virtual Json plain(const Answer& answer, std::string_view model, Random ids) const = 0;
  virtual std::vector<Chunk> chunks(const Answer& answer, std::string_view model,
                                    Random ids) const = 0;

  // What a plain answer of this family says of its tokens; zeros where it says nothing.
  virtual Usage usage_of(const Json& body) const = 0;
};

const std::vector<const Family*>& families();
// nullptr: no family serves it.
const Family* find_family(std::string_view model);

}  // namespace bedlam::bedrock
