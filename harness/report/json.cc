// The JSON report and the page, which is the same document with what shows it.
#include <memory>

#include "harness/report/document.h"
#include "harness/report/page.h"
#include "harness/report/report.h"

namespace bedlam::harness {
namespace {

// Gathers every scenario; what is written is written when the run is over.
class DocumentReport final : public Report {
 public:
  using Write = std::string (*)(const Json& document);
  DocumentReport(std::ostream& out, Write write) : out_(out), write_(write) {}

  void scenario_finished(const ScenarioResult& result) override {
    scenarios_.push_back(document_of(result));
  }
  void run_finished(const Json& coverage) override {
    Json document = document_of(scenarios_);
    document["coverage"] = coverage;
    out_ << write_(document);
    out_.flush();
  }

 private:
  std::ostream& out_;
  Write write_;
  Json scenarios_ = Json::array();
};

std::string as_lines(const Json& document) {
  return to_text(document) + "\n";
}

}  // namespace

std::unique_ptr<Report> json_report(std::ostream& out) {
  return std::make_unique<DocumentReport>(out, as_lines);
}

std::unique_ptr<Report> html_report(std::ostream& out) {
  return std::make_unique<DocumentReport>(out, page_of);
}

}  // namespace bedlam::harness
