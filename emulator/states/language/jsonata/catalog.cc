#include <unordered_map>

#include "emulator/states/language/jsonata/functions.h"

namespace bedlam::states::jsonata {
namespace {

bool available(const Builtin& builtin, Dialect dialect) {
  return builtin.availability == Availability::kAlways ||
         (builtin.availability == Availability::kPlain) == (dialect == Dialect::kPlain);
}

Signature parsed(std::string_view text) {
  return *Signature::parse(text);
}

// Every function with its signature parsed, for both dialects.
struct Catalog {
  Catalog() {
    for (const auto topic :
         {string_functions(), matching_functions(), encoding_functions(), number_functions(),
          array_functions(), object_functions(), higher_order_functions(), date_functions(),
          step_functions_functions()}) {
      for (const Builtin& builtin : topic) {
        signatures.emplace(&builtin, parsed(builtin.signature));
        if (available(builtin, Dialect::kPlain)) plain.emplace(builtin.name, &builtin);
        if (available(builtin, Dialect::kStepFunctions)) aws.emplace(builtin.name, &builtin);
      }
    }
  }
  std::unordered_map<std::string_view, const Builtin*> plain, aws;
  std::unordered_map<const Builtin*, Signature> signatures;
};

const Catalog& catalog() {
  static const Catalog instance;
  return instance;
}

}  // namespace

const Builtin* find_builtin(std::string_view name, Dialect dialect) {
  const auto& names = dialect == Dialect::kPlain ? catalog().plain : catalog().aws;
  const auto found = names.find(name);
  return found == names.end() ? nullptr : found->second;
}

const Signature* signature_of(const Builtin& builtin) {
  return &catalog().signatures.at(&builtin);
}

const Signature* transform_signature() {
  static const Signature instance = parsed("<(oa):o>");
  return &instance;
}

}  // namespace bedlam::states::jsonata
