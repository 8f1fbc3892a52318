// SPDX-License-Identifier: Apache-2.0
#include "engine/host.h"

namespace durable::engine {
namespace {

TEST(Context, HoldsChildrenThatNameItAsTheirParent) {
  Host host;
  host.checkpoint({context("c", OperationAction::start), inside(step_start("c-1"), "c")});

  EXPECT_EQ(operation_view(host.execution, 2).parent_id, "c");
  EXPECT_FALSE(operation_view(host.execution, 1).parent_id.has_value());
}

TEST(Context, SucceedsWithAResultAndReplayChildren) {
  Host host;
  host.checkpoint({context("c", OperationAction::start)});
  auto success = context("c", OperationAction::succeed);
  success.payload = Payload("");
  success.context_options = wire::ContextOptions{true};

  const auto response = host.checkpoint({success});

  const auto& details = response.new_execution_state.operations.at(0).context_details;
  ASSERT_TRUE(details.has_value());
  EXPECT_EQ(details->replay_children, true);
  EXPECT_TRUE(details->result.has_value());  // Empty and absent are not the same.
  EXPECT_TRUE(details->result->empty());
}

TEST(Context, FailsWithAnError) {
  Host host;
  auto failure = context("c", OperationAction::fail);
  failure.error = error_object("Broken");
  host.checkpoint({context("c", OperationAction::start), failure});

  EXPECT_EQ(host.status("c"), OperationStatus::failed);
  EXPECT_EQ(operation_view(host.execution, 1).context_details->error->error_type, "Broken");
}

TEST(Context, NestsAsDeepAsOneLikes) {
  Host host;
  std::vector<wire::OperationUpdate> updates{context("d0", OperationAction::start)};
  for (int depth = 1; depth < 40; ++depth) {
    updates.push_back(inside(context("d" + std::to_string(depth), OperationAction::start),
                             "d" + std::to_string(depth - 1)));
  }
  host.checkpoint(updates);

  EXPECT_EQ(operation_view(host.execution, 40).parent_id, "d38");
}

TEST(Context, ParentMustBeAContextThatExists) {
  Host host;
  host.checkpoint({step_start("s")});

  EXPECT_TRUE(host.refused({inside(step_start("a"), "nowhere")})
                  .starts_with("Invalid parent operation id."));
  EXPECT_TRUE(
      host.refused({inside(step_start("a"), "s")}).starts_with("Invalid parent operation id."));
  EXPECT_TRUE(host.refused({inside(step_start("a"), "c"), context("c", OperationAction::start)})
                  .starts_with("Invalid parent operation id."));
  EXPECT_TRUE(
      host.refused({inside(step_start("a"), "e0c1")}).starts_with("Invalid parent operation id."));
}

}  // namespace
}  // namespace durable::engine
