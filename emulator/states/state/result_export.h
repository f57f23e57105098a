// What a ResultWriter makes of the children's results (developer guide, "ResultWriter (Map)"): the
// state's output, or files in Amazon S3 with a manifest beside them.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/states/machine/map_run.h"
#include "emulator/states/state/map.h"
#include "emulator/states/state/object_call.h"

namespace bedlam::states {

// A child that was started, or its input where it never was.
struct ChildResult {
  Payload input;
  std::size_t items = 1;
  MapChild child{};  // no execution: pending
};

// The results of what succeeded, as the transformation has them, in the order of the children.
Json transformed(const std::vector<ChildResult>& children, ResultWriter::Transformation form,
                 const Scheduler& scheduler, const MapRun& run);

class ResultExport {
 public:
  // Borrows the strand. `parameters`: Bucket, Prefix.
  ResultExport(Strand& strand, const ResultWriter& writer, const Json& parameters,
               const MapRun& run, const std::vector<ChildResult>& children);

  // Writes the next file; the strand is woken when an answer comes later. True: all is written, or
  // it has failed.
  bool step();
  // The cause of States.ResultWriterFailed.
  const std::optional<std::string>& failure() const { return failure_; }
  // {"MapRunArn", "ResultWriterDetails"}: the state's result.
  Json output() const;

 private:
  void add_file(const std::string& kind, const Json& records, Json& files);

  Strand& strand_;
  bool json_lines_;
  std::string bucket_, folder_, map_run_arn_;
  std::deque<std::pair<std::string, std::string>> files_;  // key and body, the manifest last
  std::unique_ptr<ObjectCall> call_;
  std::optional<ObjectAnswer> answer_;
  bool calling_ = false;
  std::optional<std::string> failure_;
};

}  // namespace bedlam::states
