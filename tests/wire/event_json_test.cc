// SPDX-License-Identifier: Apache-2.0
#include <durable/wire/json.h>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace std::chrono_literals;  // NOLINT
namespace wire = durable::wire;

wire::Event event_of(wire::EventType type, wire::EventDetails details) {
  wire::Event event;
  event.event_type = type;
  event.event_id = 4;
  event.event_timestamp = durable::Timestamp(1'700'000'000'250ms);
  event.details = std::move(details);
  return event;
}

TEST(Event, KeepsEmptyDetails) {
  const auto event = event_of(wire::EventType::step_started, wire::StepStartedDetails{});
  const std::string text = wire::encode(event).value();
  EXPECT_EQ(text, R"({"EventType":"StepStarted","EventId":4,"EventTimestamp":1700000000.25,)"
                  R"("StepStartedDetails":{}})");
  EXPECT_EQ(wire::decode<wire::Event>(text).value(), event);
}

TEST(Event, NamesItsDetailsAsTheirType) {
  wire::Event event =
      event_of(wire::EventType::step_failed,
               wire::StepFailedDetails{{wire::ErrorObject{"m", {}, {}, {}}, false}, {1, 5}});
  event.sub_type = "Step";
  event.id = "1";
  event.name = "charge";
  event.parent_id = "p";

  const std::string text = wire::encode(event).value();

  EXPECT_EQ(text, R"({"EventType":"StepFailed","SubType":"Step","EventId":4,"Id":"1",)"
                  R"("Name":"charge","EventTimestamp":1700000000.25,"ParentId":"p",)"
                  R"("StepFailedDetails":{"Error":{"Payload":{"ErrorMessage":"m"},)"
                  R"("Truncated":false},"RetryDetails":{"CurrentAttempt":1,)"
                  R"("NextAttemptDelaySeconds":5}}})");
  EXPECT_EQ(wire::decode<wire::Event>(text).value(), event);
}

TEST(Event, WritesTimesInItsDetailsAsInItself) {
  const auto event =
      event_of(wire::EventType::wait_started,
               wire::WaitStartedDetails{60, durable::Timestamp(1'700'000'060'000ms)});
  EXPECT_EQ(wire::encode(event, wire::TimestampFormat::epoch_milliseconds).value(),
            R"({"EventType":"WaitStarted","EventId":4,"EventTimestamp":1700000000250,)"
            R"("WaitStartedDetails":{"Duration":60,"ScheduledEndTimestamp":1700000060000}})");
}

TEST(Event, SurvivesWhatIsNewInTheService) {
  const auto event =
      wire::decode<wire::Event>(
          R"({"EventType":"MapStarted","EventId":7,"MapStartedDetails":{"Items":3}})")
          .value();
  EXPECT_EQ(event.event_type, wire::EventType::unknown);
  EXPECT_EQ(event.event_id, 7);
  EXPECT_EQ(event.details.index(), 0U);
  EXPECT_EQ(wire::encode(event).error().message,
            "EventType: expected a known EventType, found unknown, which cannot be written");
}

TEST(Event, MayLackAnyOfItsMembers) {
  EXPECT_EQ(wire::decode<wire::Event>("{}").value(), wire::Event{});
  EXPECT_EQ(wire::decode<wire::Event>(
                R"({"EventType":null,"EventId":null,"EventTimestamp":null,"Name":null})")
                .value(),
            wire::Event{});
  const auto event =
      wire::decode<wire::Event>(R"({"EventType":"StepStarted","StepStartedDetails":null})").value();
  EXPECT_EQ(event.details.index(), 0U);
}

TEST(Event, NeedsWhatItsDetailsNeed) {
  EXPECT_EQ(
      wire::decode<wire::GetDurableExecutionHistoryResponse>(
          R"({"Events":[{"EventType":"StepSucceeded","StepSucceededDetails":{"Result":{}}}]})")
          .error()
          .message,
      "Events[0].StepSucceededDetails.RetryDetails: required member is missing");
  EXPECT_EQ(wire::decode<wire::Event>(R"({"EventId":"1"})").error().message,
            "EventId: expected integer, found string \"1\"");
}

TEST(Event, RefusesTheDetailsOfAnotherType) {
  EXPECT_EQ(wire::encode(event_of(wire::EventType::step_started, wire::StepSucceededDetails{}))
                .error()
                .message,
            "expected the details of an event of type StepStarted, found StepSucceededDetails");
}

}  // namespace
