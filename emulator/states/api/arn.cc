#include "emulator/states/api/arn.h"

#include <algorithm>
#include <array>

#include "emulator/states/api/errors.h"

namespace bedlam::states {
namespace {

constexpr std::string_view kForbiddenInNames = "<>{}[]?*\"#%\\^|~`$&,;:/";

// C1 controls (U+0080 to U+009F) and U+FFFE, U+FFFF, as UTF-8.
bool has_forbidden_sequence(std::string_view name) {
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    const auto first = static_cast<unsigned char>(name[i]);
    const auto second = static_cast<unsigned char>(name[i + 1]);
    if (first == 0xc2 && second >= 0x80 && second <= 0x9f) return true;
    if (first == 0xed && second >= 0xa0) return true;  // a surrogate
    if (first == 0xef && second == 0xbf && i + 2 < name.size() &&
        static_cast<unsigned char>(name[i + 2]) >= 0xbe) {
      return true;
    }
  }
  return false;
}

std::string sibling(std::string_view state_machine_arn, std::string_view type) {
  constexpr std::string_view kType = ":stateMachine:";
  const std::size_t at = state_machine_arn.find(kType);
  return std::string(state_machine_arn.substr(0, at)) + ":" + std::string(type) + ":" +
         std::string(state_machine_arn.substr(at + kType.size()));
}

}  // namespace

Result<Arn, aws::Error> parse_arn(std::string_view text, std::string_view type) {
  // arn:partition:states:region:account:type:name, where the name may hold further colons
  std::array<std::string_view, 7> parts;
  std::string_view rest = text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t colon = i + 1 < parts.size() ? rest.find(':') : std::string_view::npos;
    parts[i] = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
  }
  if (parts[0] != "arn" || parts[2] != "states") return errors::invalid_arn_prefix(text);
  if (parts[5] != type || parts[6].empty()) return errors::wrong_resource_type(parts[5]);
  return Arn{std::string(parts[3]), std::string(parts[4]), std::string(parts[5]),
             std::string(parts[6])};
}

std::string state_machine_arn(std::string_view region, std::string_view account,
                              std::string_view name) {
  return "arn:aws:states:" + std::string(region) + ":" + std::string(account) +
         ":stateMachine:" + std::string(name);
}

std::string activity_arn(std::string_view region, std::string_view account, std::string_view name) {
  return "arn:aws:states:" + std::string(region) + ":" + std::string(account) +
         ":activity:" + std::string(name);
}

std::string execution_arn(std::string_view state_machine_arn, std::string_view name) {
  return sibling(state_machine_arn, "execution") + ":" + std::string(name);
}

std::string express_arn(std::string_view state_machine_arn, std::string_view name,
                        std::string_view id) {
  return sibling(state_machine_arn, "express") + ":" + std::string(name) + ":" + std::string(id);
}

std::string map_run_arn(std::string_view labelled_arn, std::string_view id) {
  return sibling(labelled_arn, "mapRun") + ":" + std::string(id);
}

bool is_valid_name(std::string_view name) {
  const bool forbidden = std::any_of(name.begin(), name.end(), [](unsigned char c) {
    return c <= 0x20 || c == 0x7f ||
           kForbiddenInNames.find(static_cast<char>(c)) != std::string::npos;
  });
  return !name.empty() && !forbidden && !has_forbidden_sequence(name);
}

}  // namespace bedlam::states
