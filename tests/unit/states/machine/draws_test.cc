// What is drawn at random inside of states that are entered again (developer guide, "Intrinsic
// functions": States.UUID returns a version 4 UUID).
#include "tests/unit/states/machine/stage.h"

namespace bedlam::states {
namespace {

using Draws = Stage;

TEST_F(Draws, ALoopOverAMapDrawsAnew) {
  const auto execution = run(R"json({"StartAt": "Each", "States": {
      "Each": {"Type": "Map", "ItemsPath": "$.items", "ResultPath": "$.ids", "Next": "Twice",
          "ItemProcessor": {"StartAt": "Id", "States": {
              "Id": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": true}}}},
      "Twice": {"Type": "Choice", "Default": "Keep",
          "Choices": [{"Variable": "$.first", "IsPresent": true, "Next": "Both"}]},
      "Keep": {"Type": "Pass", "Next": "Each",
          "Parameters": {"items.$": "$.items", "first.$": "$.ids[0].id"}},
      "Both": {"Type": "Pass", "End": true,
          "Parameters": {"first.$": "$.first", "second.$": "$.ids[0].id"}}}})json",
                             R"({"items": [1]})");
  ASSERT_EQ(execution->status(), ExecutionStatus::kSucceeded);
  const Json ids = *execution->output();
  EXPECT_TRUE(ids.contains("first") && ids.contains("second")) << ids;
  EXPECT_NE(ids["first"], ids["second"]);
}

}  // namespace
}  // namespace bedlam::states
