#include "query/facets.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings::query {
namespace {

using ::testing::ElementsAre;
using testing::EventOf;
using ::testing::IsEmpty;

void AddSome(FacetsBuilder& builder) {
  builder.Add(EventOf({.id = "1", .service = "shop", .type = EventType::kError, .start = 1}).view()
  );
  builder.Add(EventOf({.id = "2", .service = "cart", .start = 1}).view());
  builder.Add(EventOf({.id = "3", .service = "shop", .start = 1}).view());
  builder.Add(EventOf({.id = "4",
                       .parameters = {{"zone", std::string("a")}, {"n", int64_t{7}}},
                       .start = 1})
                  .view());
}

std::vector<std::string> ShownValues(const Facet& facet) {
  std::vector<std::string> values;
  for (const FacetValue& value : facet.values) {
    values.push_back(fmt::format("'{}' {} {}", value.value, value.events, value.errors));
  }
  return values;
}

TEST(FacetsTest, CountValuesMostFirst) {
  FacetsBuilder builder({FilterField::kService, FilterField::kLayer}, "");
  AddSome(builder);
  const std::vector<Facet> facets = builder.Finish(10);
  EXPECT_THAT(ShownValues(facets[0]), ElementsAre("'shop' 2 1", "'' 1 0", "'cart' 1 0"));
  EXPECT_THAT(ShownValues(facets[1]), ElementsAre("'GENERAL' 4 1"));
  EXPECT_EQ(builder.total(), 4);
}

TEST(FacetsTest, CountParametersOnlyWhereTheyAre) {
  FacetsBuilder builder({std::string("n"), std::string("other")}, "");
  EXPECT_TRUE(builder.NeedsParameters());
  AddSome(builder);
  const std::vector<Facet> facets = builder.Finish(10);
  EXPECT_THAT(ShownValues(facets[0]), ElementsAre("'7' 1 0"));
  EXPECT_THAT(ShownValues(facets[1]), IsEmpty());
  EXPECT_EQ(NameOf(FacetField(std::string("n"))), "parameter.n");
}

TEST(FacetsTest, AreCutToTheTopAndTellHowManyThereAre) {
  FacetsBuilder builder({FilterField::kService}, "");
  AddSome(builder);
  const std::vector<Facet> facets = builder.Finish(1);
  EXPECT_THAT(ShownValues(facets[0]), ElementsAre("'shop' 2 1"));
  EXPECT_EQ(facets[0].distinct, 3);
}

TEST(FacetsTest, CountOnlyValuesWithThePrefix) {
  FacetsBuilder builder({FilterField::kService}, "c");
  AddSome(builder);
  EXPECT_THAT(ShownValues(builder.Finish(10)[0]), ElementsAre("'cart' 1 0"));
  EXPECT_EQ(builder.total(), 4);
}

TEST(FacetsTest, StopTakingNewValuesAtABound) {
  FacetsBuilder builder({FilterField::kId}, "");
  EventView event;
  for (size_t i = 0; i < kMaxFacetValues; ++i) {
    const std::string id = fmt::format("{}", i);
    event.id = id;
    builder.Add(event);
  }
  EXPECT_FALSE(builder.IsCut());
  event.id = "7";
  builder.Add(event);
  EXPECT_FALSE(builder.IsCut());
  event.id = "new";
  builder.Add(event);
  EXPECT_TRUE(builder.IsCut());
  EXPECT_EQ(builder.Finish(1)[0].values[0].value, "7");
}

}  // namespace
}  // namespace tidings::query
