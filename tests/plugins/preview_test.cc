// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/file_serdes.h>

#include <gmock/gmock.h>

namespace durable {
namespace {

using Base = PreviewOptions::Base;
using Match = PreviewField::Match;

const std::string_view order = R"({
  "id": 7, "customer": {"name": "Ann", "email": "ann@example.org", "card": {"number": "4111"}},
  "items": [{"name": "tea", "price": 3}, {"name": "milk", "price": 1}], "note": null})";

PreviewOptions options(Base base) {
  PreviewOptions made;
  made.base = base;
  return made;
}

TEST(Preview, ShowsAllUnlessItIsExcluded) {
  PreviewOptions all = options(Base::include_all);
  EXPECT_EQ(make_preview(R"({"a":1,"b":{"c":[true,"x"]}})", all),
            R"({"a":1,"b":{"c":[true,"x"]}})");
  all.exclude = {{"card"}, {"price"}};
  EXPECT_EQ(make_preview(order, all),
            R"({"id":7,"customer":{"name":"Ann","email":"ann@example.org"},)"
            R"("items":[{"name":"tea"},{"name":"milk"}],"note":null})");
}

TEST(Preview, ShowsNothingUnlessItIsIncluded) {
  PreviewOptions none = options(Base::exclude_all);
  EXPECT_EQ(make_preview(order, none), std::nullopt);
  none.include = {{"name"}};
  EXPECT_EQ(make_preview(order, none),
            R"({"customer":{"name":"Ann"},"items":[{"name":"tea"},{"name":"milk"}]})");
}

TEST(Preview, APathNamesOneMemberAndWhatIsInIt) {
  PreviewOptions some = options(Base::exclude_all);
  some.include = {{"customer.name", Match::path}, {"customer.card", Match::path}};
  EXPECT_EQ(make_preview(order, some), R"({"customer":{"name":"Ann","card":{"number":"4111"}}})");
  PreviewOptions all = options(Base::include_all);
  all.exclude = {{"name", Match::path}, {"customer", Match::path}, {"items.price", Match::path}};
  EXPECT_EQ(make_preview(order, all),
            R"({"id":7,"items":[{"name":"tea"},{"name":"milk"}],"note":null})");
}

TEST(Preview, MasksValuesOfAnyKind) {
  PreviewOptions some = options(Base::exclude_all);
  some.mask = {{"email"}, {"customer.card", Match::path}, {"items", Match::path}};
  EXPECT_EQ(make_preview(order, some),
            R"({"customer":{"email":"***","card":"***"},"items":"***"})");
}

TEST(Preview, ExcludeWinsOverMaskAndMaskOverInclude) {
  PreviewOptions some = options(Base::include_all);
  some.include = some.mask = some.exclude = {{"a"}};
  EXPECT_EQ(make_preview(R"({"a":1,"b":2})", some), R"({"b":2})");
  some.exclude.clear();
  some.mask_text = "hidden";
  EXPECT_EQ(make_preview(R"({"a":1,"b":2})", some), R"({"a":"hidden","b":2})");
}

TEST(Preview, LeavesMembersOutWhoseNamesHaveADot) {
  EXPECT_EQ(make_preview(R"({"a.b":1,"a":{"b":2,"c.d":3}})", options(Base::include_all)),
            R"({"a":{"b":2}})");
}

TEST(Preview, HasAtMostItsSizeAndEndsWithTheFirstMemberThatHasNoPlace) {
  PreviewOptions all = options(Base::include_all);
  std::string object = "{";
  for (int i = 0; i < 1000; ++i) object += "\"member" + std::to_string(i) + "\":{\"x\":[1,2,3]},";
  object += "\"last\":1}";
  for (const std::size_t size : {1U, 2U, 10U, 30U, 100U, 4096U}) {
    all.bytes_max = size;
    const auto preview = make_preview(object, all);
    EXPECT_LE(preview.value_or("").size(), size);
    EXPECT_EQ(preview.has_value(), size >= 30) << size;
  }
  all.bytes_max = 20;
  EXPECT_EQ(make_preview(R"({"a":1,"long":"0123456789012345678901234567890","b":2})", all),
            R"({"a":1})");
}

TEST(Preview, OfWhatIsNoObjectIsNone) {
  for (const std::string_view text : {"[1]", "\"a\"", "3", "null", "no json", ""}) {
    EXPECT_EQ(make_preview(text, options(Base::include_all)), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace durable
