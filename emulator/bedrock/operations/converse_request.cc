// Reads and validates the body of Converse and ConverseStream: first the shapes and constraints of
// the service model, then what Converse itself checks, with its texts.
#include <algorithm>
#include <array>
#include <utility>

#include "emulator/bedrock/conversation/blocks.h"
#include "emulator/bedrock/conversation/tokens.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/operations/converse_body.h"
#include "emulator/bedrock/operations/converse_media.h"
#include "emulator/bedrock/operations/converse_tools.h"

namespace bedlam::bedrock {
namespace {

using Problem = std::optional<aws::Error>;

// A JSON pointer (RFC 6901) that is not the whole document.
bool is_pointer(const Json& value) {
  if (!value.is_string() || !value.get_ref<const std::string&>().starts_with('/')) return false;
  const auto& text = value.get_ref<const std::string&>();
  for (std::size_t at = text.find('~'); at != std::string::npos; at = text.find('~', at + 1)) {
    if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
  }
  return true;
}

// Of a body that the service model allows: types, required members and ranges hold.
class Reader {
 public:
  Reader(ConverseRequest& to, const ConverseTraits& traits, bool streams)
      : to_(to), traits_(traits), media_(traits), streams_(streams) {}

  Problem read(const Json& body) {
    const Json* messages = given(body, "messages");
    if (messages == nullptr || messages->empty()) return errors::must_start_with_user();
    if (Problem problem = read_messages(*messages)) return problem;
    if (Problem problem = read_system(given(body, "system"))) return problem;
    if (Problem problem = read_tools(given(body, "toolConfig"))) return problem;
    if (uses_tools_) {
      if (Problem problem = check_tool_pairs(*messages)) return problem;
    }
    const Json* fields = given(body, "additionalModelRequestFields");
    if (fields != nullptr && !fields->is_object()) {
      return errors::no_json_object("additionalModelRequestFields");
    }
    const Json* inference = given(body, "inferenceConfig");
    if (Problem problem = read_inference(inference, output_limit(fields))) return problem;
    read_reasoning(fields);
    return read_rest(body);
  }

 private:
  Problem read_messages(const Json& messages) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (Problem problem = read_message(messages[i], i)) return problem;
    }
    const std::vector<Turn>& turns = to_.conversation.turns;
    if (!turns.front().from_user) return errors::must_start_with_user();
    if (traits_.ends_with_user && !turns.back().from_user) return errors::must_end_with_user();
    return media_.check_whole();
  }

  Problem read_message(const Json& message, std::size_t index) {
    const Json& content = *given(message, "content");
    if (content.empty()) return errors::empty_content(index);
    Turn turn;
    turn.from_user = *given(message, "role") == "user";
    for (std::size_t i = 0; i < content.size(); ++i) {
      if (Problem problem = read_block(content[i], index, i, turn)) return problem;
    }
    if (Problem problem = media_.check_message(content, turn.from_user, index)) return problem;
    to_.conversation.turns.push_back(std::move(turn));
    return std::nullopt;
  }

  // Checks a block; what is counted of it is of blocks.h.
  Problem read_block(const Json& block, std::size_t message, std::size_t index, Turn& turn) {
    if (Problem problem = check_block(block, message, index)) return problem;
    add_converse_block(block, turn);
    keep_guarded(block);
    return std::nullopt;
  }

  Problem check_block(const Json& block, std::size_t message, std::size_t index) {
    if (const Json* text = given(block, "text")) {
      const auto& value = text->get_ref<const std::string&>();
      const bool blank = value.find_first_not_of(" \t\r\n") == std::string::npos;
      if (blank) return errors::blank_text(message, index);
      return std::nullopt;
    }
    if (Problem problem = check_media(block)) return problem;
    const std::string at =
        "messages." + std::to_string(message) + ".content." + std::to_string(index);
    if (const Json* image = given(block, "image")) return media_.check_image(*image, at);
    if (const Json* use = given(block, "toolUse")) {
      uses_tools_ = true;
      return check_tool_input(*use, at);
    }
    if (const Json* result = given(block, "toolResult")) {
      if (Problem problem = check_tool_json(*result, at)) return problem;
      return check_tool_result(*result, message, index);
    }
    if (const Json* document = given(block, "document")) {
      return media_.check_document(*document, at);
    }
    static constexpr std::array<std::string_view, 7> kOthers{"video",
                                                             "audio",
                                                             "guardContent",
                                                             "cachePoint",
                                                             "reasoningContent",
                                                             "citationsContent",
                                                             "searchResult"};
    const bool known = std::any_of(kOthers.begin(), kOthers.end(), [&](std::string_view name) {
      return given(block, name) != nullptr;
    });
    if (!known) return errors::no_content_block(message, index);
    return std::nullopt;
  }

  // What the model does not take, in a message or in a tool's result.
  Problem check_media(const Json& block) const {
    if (!traits_.documents && given(block, "document") != nullptr) {
      return errors::documents_unsupported();
    }
    const std::array<std::pair<const char*, bool>, 4> media{
        {{"image", traits_.images},
         {"audio", traits_.audio},
         {"video", traits_.video},
         {"searchResult", traits_.search_results}}};
    for (const auto& [name, taken] : media) {
      if (!taken && given(block, name) != nullptr) return errors::unsupported_field(name);
    }
    return std::nullopt;
  }

  // What the request marks for a guardrail.
  void keep_guarded(const Json& block) {
    const Json* guarded = given(block, "guardContent");
    const Json* text = guarded == nullptr ? nullptr : given(*guarded, "text");
    if (text == nullptr) return;
    GuardedText found{given(*text, "text")->get<std::string>()};
    if (const Json* qualifiers = given(*text, "qualifiers")) {
      for (const Json& qualifier : *qualifiers) {
        found.grounding_source = found.grounding_source || qualifier == "grounding_source";
        found.query = found.query || qualifier == "query";
      }
    }
    to_.conversation.guarded.push_back(std::move(found));
  }

  Problem check_tool_result(const Json& result, std::size_t message, std::size_t index) {
    uses_tools_ = true;
    const Json* status = given(result, "status");
    if (given(result, "content")->empty() && status != nullptr && *status == "error") {
      return errors::empty_failed_result(message, index);
    }
    for (const Json& part : *given(result, "content")) {
      if (Problem problem = check_media(part)) return problem;
      const Json* document = given(part, "document");
      if (document == nullptr) continue;
      if (Problem problem = check_document_name(*document)) return problem;
    }
    return std::nullopt;
  }

  Problem read_system(const Json* system) {
    if (system == nullptr) return std::nullopt;
    if (!traits_.system && !system->empty()) return errors::system_unsupported();
    for (const Json& block : *system) {
      Turn turn;
      add_converse_block(block, turn);
      keep_guarded(block);
      for (std::string& text : turn.texts) {
        to_.conversation.instructions.push_back(std::move(text));
      }
    }
    return std::nullopt;
  }

  Problem read_tools(const Json* config) {
    if (config == nullptr) {
      if (uses_tools_) return errors::tool_config_missing();
      return std::nullopt;
    }
    if (!traits_.tools) return errors::tools_unsupported();
    if (streams_ && !traits_.streamed_tools) return errors::streamed_tools_unsupported();
    if (Problem problem = check_tool_schemas(*given(*config, "tools"))) return problem;
    for (const Json& tool : *given(*config, "tools")) {
      const Json* spec = given(tool, "toolSpec");
      if (spec != nullptr) to_.conversation.instructions.push_back(to_text(*spec));
    }
    const Json* choice = given(*config, "toolChoice");
    if (choice == nullptr) return std::nullopt;
    return check_tool_choice(*choice, *given(*config, "tools"));
  }

  Problem check_tool_choice(const Json& choice, const Json& tools) const {
    if (given(choice, "any") != nullptr && !traits_.any_tool_choice) {
      return errors::unsupported_field("toolConfig.toolChoice.any");
    }
    const Json* tool = given(choice, "tool");
    if (tool == nullptr) return std::nullopt;
    if (!traits_.specific_tool_choice) {
      return errors::unsupported_field("toolConfig.toolChoice.tool");
    }
    const Json& wanted = *given(*tool, "name");
    const bool known = std::any_of(tools.begin(), tools.end(), [&](const Json& entry) {
      const Json* spec = given(entry, "toolSpec");
      return spec != nullptr && *given(*spec, "name") == wanted;
    });
    if (!known) return errors::unknown_tool_choice(wanted.get<std::string>());
    return std::nullopt;
  }

  int output_limit(const Json* fields) const {
    if (fields == nullptr || traits_.output_beta.empty()) return traits_.max_output_tokens;
    const std::vector<std::string> betas = texts_of(*fields, "anthropic_beta");
    const bool more = std::any_of(betas.begin(), betas.end(), [&](const std::string& beta) {
      return beta.starts_with(traits_.output_beta);
    });
    return more ? traits_.output_tokens_of_beta : traits_.max_output_tokens;
  }

  Problem read_inference(const Json* config, int limit) {
    to_.conversation.max_tokens = traits_.max_output_tokens;
    if (config == nullptr) return std::nullopt;
    if (const Json* stops = given(*config, "stopSequences")) {
      if (!traits_.stop_sequences) return errors::unsupported_field("stopSequences");
      for (const Json& stop : *stops) {
        to_.conversation.stop_sequences.push_back(stop.get<std::string>());
      }
    }
    const Json* max_tokens = given(*config, "maxTokens");
    if (max_tokens == nullptr) return std::nullopt;
    const auto asked = max_tokens->get<std::int64_t>();
    if (asked > limit) return errors::max_tokens_above_limit(limit);
    to_.conversation.max_tokens = static_cast<int>(asked);
    return std::nullopt;
  }

  void read_reasoning(const Json* fields) {
    to_.conversation.reasoning = traits_.reasoning;
    const Json* thinking = fields == nullptr ? nullptr : find(*fields, "thinking");
    if (thinking == nullptr && fields != nullptr) thinking = find(*fields, "reasoning_config");
    const Json* type = thinking == nullptr ? nullptr : find(*thinking, "type");
    if (type != nullptr && *type != "disabled") {
      to_.conversation.reasoning = traits_.reasoning_on_demand;
    }
  }

  Problem read_rest(const Json& body) {
    if (const Json* paths = given(body, "additionalModelResponseFieldPaths")) {
      for (const Json& path : *paths) {
        if (!is_pointer(path)) return errors::unparsable_request();
        to_.field_paths.push_back(path.get<std::string>());
      }
    }
    for (const auto& [name, to] : {std::pair("performanceConfig", &to_.performance_config),
                                   std::pair("serviceTier", &to_.service_tier)}) {
      if (const Json* value = given(body, name)) *to = *value;
    }
    return std::nullopt;
  }

  ConverseRequest& to_;
  const ConverseTraits& traits_;
  ConverseMedia media_;
  const bool streams_;
  bool uses_tools_ = false;
};

}  // namespace

Result<ConverseRequest, aws::Error> read_converse(const Json& body, const ConverseTraits& traits,
                                                  bool streams) {
  ConverseRequest request;
  if (Problem problem = Reader(request, traits, streams).read(body)) return *problem;
  return request;
}

}  // namespace bedlam::bedrock
