// A fault's `at_frame` knows the events of every family of models: the schema, which may not
// include them, lists the names of all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/bedrock/families/family.h"
#include "emulator/scenario/shapes.h"

namespace bedlam::scenario::test {
namespace {

TEST(ChunkEvents, AreWordsOfAtFrame) {
  std::size_t events = 0;
  for (const bedrock::Family* family : bedrock::families()) {
    if (family->conversing() == nullptr) continue;
    for (const std::string_view event : family->conversing()->events()) {
      EXPECT_THAT(choice("event").words, testing::Contains(event));
      ++events;
    }
  }
  EXPECT_GT(events, 0U);
}

}  // namespace
}  // namespace bedlam::scenario::test
