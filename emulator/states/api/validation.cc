// ValidateStateMachineDefinition.
#include <vector>

#include "emulator/states/api/operation.h"

namespace bedlam::states {
namespace {

inline constexpr std::size_t kMaxDiagnostics = 100;  // model, "maxResults"

Json to_diagnostic(const Finding& finding) {
  const bool error = finding.severity == Finding::Severity::kError;
  Json diagnostic = {{"severity", error ? "ERROR" : "WARNING"},
                     {"code", finding.code},
                     {"message", finding.message}};
  if (!finding.location.empty()) diagnostic["location"] = finding.location;
  return diagnostic;
}

}  // namespace

Answer validate_state_machine_definition(Account&, const Request& request) {
  const auto definition = Definition::parse(*find_text(request.body, "definition"),
                                            text_or(request.body, "type", "STANDARD"));
  const std::vector<Finding>& findings =
      definition ? (*definition)->warnings() : definition.error();
  const bool with_warnings = text_or(request.body, "severity", "ERROR") == "WARNING";
  const std::int64_t wanted = number_or(request.body, "maxResults", 0);
  const auto limit = wanted == 0 ? kMaxDiagnostics : static_cast<std::size_t>(wanted);

  Json diagnostics = Json::array();
  bool truncated = false;
  for (const Finding& finding : findings) {
    if (finding.severity == Finding::Severity::kWarning && !with_warnings) continue;
    truncated = diagnostics.size() == limit;
    if (truncated) break;
    diagnostics.push_back(to_diagnostic(finding));
  }
  return Json{{"result", definition ? "OK" : "FAIL"},
              {"diagnostics", std::move(diagnostics)},
              {"truncated", truncated}};
}

}  // namespace bedlam::states
