#include <algorithm>

#include "emulator/bedrock/families/family.h"

namespace bedlam::bedrock {

// Each stands in the file of its name; one that needs several has a room.
const Family &anthropic(), &nova(), &titan_text(), &llama(), &mistral(), &cohere(), &jamba(),
    &deepseek(), &chat_completions(), &titan_embeddings(), &cohere_embed(), &nova_embeddings(),
    &amazon_images(), &nova_sonic();

const std::vector<const Family*>& families() {
  static const std::vector<const Family*> kFamilies{
      &anthropic(),
      &nova(),
      &titan_text(),
      &llama(),
      &mistral(),
      &cohere(),
      &jamba(),
      &deepseek(),
      &chat_completions(),
      &titan_embeddings(),
      &cohere_embed(),
      &nova_embeddings(),
      &amazon_images(),
      &nova_sonic(),
  };
  return kFamilies;
}

const Family* find_family(std::string_view model) {
  const auto& all = families();
  const auto family =
      std::find_if(all.begin(), all.end(), [&](const Family* f) { return f->serves(model); });
  return family == all.end() ? nullptr : *family;
}

}  // namespace bedlam::bedrock
