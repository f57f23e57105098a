#include "emulator/states/state/result_export.h"

#include <utility>

#include "emulator/states/machine/run.h"

namespace bedlam::states {
namespace {

ExecutionStatus status_of(const ChildResult& child) {
  return child.child.execution->status();
}

// A child as DescribeExecution tells of it, in PascalCase and with dates as text (seen in exports
// of real runs).
Json record_of(const ChildResult& result, const Scheduler& scheduler, const MapRun& run) {
  const Execution& execution = *result.child.execution;
  const ExecutionStatus status = execution.status();
  const bool succeeded = status == ExecutionStatus::kSucceeded;
  Json record{{"ExecutionArn", result.child.arn},
              {"Input", text_of(*result.input)},
              {"InputDetails", {{"Included", true}}},
              {"Name", result.child.name}};
  if (const auto& failure = execution.failure()) {
    if (!failure->error.empty()) record["Error"] = failure->error;
    if (failure->cause) record["Cause"] = *failure->cause;
  }
  if (const Json* output = execution.output()) {
    record["Output"] = to_text(*output);
    record["OutputDetails"] = {{"Included", true}};
  }
  record["RedriveCount"] = 0;
  record["RedriveStatus"] = succeeded ? "NOT_REDRIVABLE" : "REDRIVABLE_BY_MAP_RUN";
  if (succeeded) {
    record["RedriveStatusReason"] = "Execution is SUCCEEDED and cannot be redriven";
  }
  record["StartDate"] = to_iso8601(scheduler.wall(execution.started()));
  record["StateMachineArn"] = run.state_machine_arn;
  record["Status"] = to_text(status);
  if (const auto stopped = execution.stopped()) {
    record["StopDate"] = to_iso8601(scheduler.wall(*stopped));
  }
  return record;
}

}  // namespace

Json transformed(const std::vector<ChildResult>& children, ResultWriter::Transformation form,
                 const Scheduler& scheduler, const MapRun& run) {
  Json results = Json::array();
  for (const ChildResult& child : children) {
    if (!child.child.execution || status_of(child) != ExecutionStatus::kSucceeded) continue;
    if (form == ResultWriter::Transformation::kNone) {
      results.push_back(record_of(child, scheduler, run));
      continue;
    }
    const Json& output = *child.child.execution->output();
    if (form == ResultWriter::Transformation::kFlatten && output.is_array()) {
      for (const Json& element : output) results.push_back(element);
    } else {
      results.push_back(output);
    }
  }
  return results;
}

ResultExport::ResultExport(Strand& strand, const ResultWriter& writer, const Json& parameters,
                           const MapRun& run, const std::vector<ChildResult>& children)
    : strand_(strand),
      json_lines_(writer.json_lines),
      bucket_(text_member(parameters, "Bucket")),
      map_run_arn_(run.arn) {
  if (bucket_.empty()) {
    failure_ = "The field 'Bucket' is required but was missing";
    return;
  }
  const std::string prefix = text_member(parameters, "Prefix");
  folder_ = prefix.empty() || prefix.ends_with('/') ? prefix : prefix + "/";
  folder_ += run.arn.substr(run.arn.rfind(':') + 1) + "/";

  const Scheduler& scheduler = strand.run().scheduler();
  Json failed = Json::array();
  Json pending = Json::array();
  for (const ChildResult& child : children) {
    if (!child.child.execution) {
      pending.push_back({{"Input", text_of(*child.input)}});
    } else if (status_of(child) != ExecutionStatus::kSucceeded) {
      failed.push_back(record_of(child, scheduler, run));
    }
  }
  Json files{{"FAILED", Json::array()}, {"PENDING", Json::array()}, {"SUCCEEDED", Json::array()}};
  add_file("FAILED", failed, files);
  add_file("PENDING", pending, files);
  add_file("SUCCEEDED", transformed(children, writer.form(), scheduler, run), files);
  files_.emplace_back(folder_ + "manifest.json", to_text(Json{{"DestinationBucket", bucket_},
                                                              {"MapRunArn", run.arn},
                                                              {"ResultFiles", std::move(files)}}));
}

// One file of each kind: "files up to 5 GB" hold all that fits here.
void ResultExport::add_file(const std::string& kind, const Json& records, Json& files) {
  if (records.empty()) return;
  std::string body;
  if (json_lines_) {
    for (const Json& record : records) body += to_text(record) + "\n";
  } else {
    body = to_text(records);
  }
  const std::string key = folder_ + kind + (json_lines_ ? "_0.jsonl" : "_0.json");
  files[kind].push_back({{"Key", key}, {"Size", body.size()}});
  files_.emplace_back(key, std::move(body));
}

bool ResultExport::step() {
  while (true) {
    if (call_) {
      if (!answer_) return false;
      if (!answer_->ok()) failure_ = answer_->complaint();
      answer_.reset();
      call_.reset();
    }
    if (failure_ || files_.empty()) return true;
    auto [key, body] = std::move(files_.front());
    files_.pop_front();
    calling_ = true;
    call_ = std::make_unique<ObjectCall>(
        strand_, put_object_call(bucket_, key, std::move(body), "application/json"),
        [this](const ObjectAnswer& answer) {
          answer_ = answer;
          if (!calling_) strand_.wake();
        });
    calling_ = false;
  }
}

Json ResultExport::output() const {
  return {{"MapRunArn", map_run_arn_},
          {"ResultWriterDetails", {{"Bucket", bucket_}, {"Key", folder_ + "manifest.json"}}}};
}

}  // namespace bedlam::states
