#include "api/rest/line_upload.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rest/testing/rest_harness.h"
#include "base/status.h"
#include "receiver/testing/held_sink.h"

namespace tidings::rest {
namespace {

using rest_testing::RestHarness;
using rest_testing::TestUpload;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string Lines(int first, int count) {
  std::string lines;
  for (int i = first; i < first + count; ++i) {
    lines +=
        fmt::format("{{\"id\":\"{}\",\"name\":\"A\",\"start\":{}}}\n", i, 1'700'000'000'000 + i);
  }
  return lines;
}

class LineUploadTest : public testing::Test {
 protected:
  receiver_testing::HeldSink sink_;
  RestHarness rest_{&sink_};
  TestUpload upload_ = rest_.Upload();
};

TEST_F(LineUploadTest, CommitsWhatHasArrivedBeforeTheBodyEnds) {
  EXPECT_TRUE(upload_.Send(Lines(1, 2)));

  EXPECT_EQ(sink_.held(), 1u);
  sink_.CompleteAll();
  EXPECT_THAT(sink_.stored(), ElementsAre("1", "2"));
  EXPECT_FALSE(upload_.answer().has_value());
}

TEST_F(LineUploadTest, AnswersWhenEverythingIsDurable) {
  upload_.Send(Lines(1, 1));
  upload_.Send("\r\n" + Lines(2, 1));
  upload_.End();
  EXPECT_FALSE(upload_.answer().has_value());

  sink_.CompleteAll();

  ASSERT_TRUE(upload_.answer().has_value());
  EXPECT_EQ(upload_.answer()->status, 200);
  EXPECT_EQ(
      upload_.answer()->body,
      R"({"accepted":2,"new":2,"joined":0,"unchanged":0,"superseded":0,"rejected":[],)"
      R"("ids":["1","2"],"warnings":[]})"
  );
}

TEST_F(LineUploadTest, TakesALineThatComesInPiecesAndALastOneWithoutEnd) {
  upload_.Send(R"({"id":"a",)");
  upload_.Send(R"("name":"A"})");
  EXPECT_EQ(sink_.held(), 0u);

  upload_.End();
  sink_.CompleteAll();

  EXPECT_THAT(sink_.stored(), ElementsAre("a"));
}

TEST_F(LineUploadTest, NamesTheLinesThatAreRejected) {
  upload_.Send(
      "\n" + Lines(1, 1) + "no json\n" + R"({"id":"b","name":"bad"})" + "\n" + Lines(2, 1)
  );
  upload_.End();
  sink_.CompleteAll();

  EXPECT_EQ(upload_.answer()->status, 400);
  EXPECT_THAT(
      upload_.answer()->body,
      AllOf(
          HasSubstr(R"("type":"partially-stored")"),
          HasSubstr(R"({"index":3,"line":3,"field":"report")"),
          HasSubstr("the first: line 3: no JSON at byte "),
          HasSubstr(R"({"index":4,"line":4,"field":"name","error":"is bad"})"),
          HasSubstr(R"("ids":["1",null,null,"2"])"),
          HasSubstr(R"("rejected_count":2)")
      )
  );
  EXPECT_THAT(sink_.stored(), ElementsAre("1", "2"));
}

TEST_F(LineUploadTest, ReadsNoFurtherWhileFourBatchesAreUnderWay) {
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(upload_.Send(Lines(1'000 * i, 1'000)));
  }
  EXPECT_EQ(sink_.held(), 4u);
  EXPECT_TRUE(upload_.Send(Lines(4'000, 999)));
  EXPECT_FALSE(upload_.Send(Lines(4'999, 1)));
  EXPECT_EQ(sink_.held(), 4u);

  sink_.CompleteOldest();

  EXPECT_TRUE(upload_.wants_more());
  EXPECT_EQ(sink_.held(), 4u);
}

TEST_F(LineUploadTest, GathersLinesWhileABatchIsUnderWay) {
  for (int i = 1; i < 5; ++i) {
    EXPECT_TRUE(upload_.Send(Lines(i, 1)));
  }
  EXPECT_EQ(sink_.held(), 1u);
  sink_.CompleteOldest();
  EXPECT_EQ(sink_.held(), 1u);
  sink_.CompleteOldest();
  EXPECT_THAT(sink_.stored(), ElementsAre("1", "2", "3", "4"));
}

TEST_F(LineUploadTest, CommitsAtMostAThousandLinesTogether) {
  upload_.Send(Lines(0, 2500));

  EXPECT_EQ(sink_.held(), 2u);
  sink_.CompleteOldest();
  EXPECT_EQ(sink_.stored().size(), 1000u);
  upload_.End();
  EXPECT_EQ(sink_.held(), 2u);
}

TEST_F(LineUploadTest, RejectsALineThatIsTooLongAndGoesOn) {
  RestHarness rest(&sink_, {.max_line_bytes = 100});
  TestUpload upload = rest.Upload();

  upload.Send(Lines(1, 1) + std::string(60, 'x'));
  upload.Send(std::string(60, 'x') + "\n" + Lines(2, 1));
  upload.End();
  sink_.CompleteAll();

  EXPECT_THAT(
      upload.answer()->body,
      HasSubstr(R"("line":2,"field":"report","error":"the line is longer than 100")")
  );
  EXPECT_THAT(sink_.stored(), ElementsAre("1", "2"));
}

TEST_F(LineUploadTest, SaysAfterWhichLineToResumeWhenTheBodyStops) {
  upload_.Send(Lines(1, 3) + R"({"id":"half","name":"A"})");
  upload_.Break(MakeStatus(absl::StatusCode::kDeadlineExceeded, "the body stopped arriving"));
  EXPECT_FALSE(upload_.answer().has_value());

  sink_.CompleteAll();

  EXPECT_EQ(upload_.answer()->status, 408);
  EXPECT_THAT(
      upload_.answer()->body,
      AllOf(
          HasSubstr(R"("type":"upload-cut")"),
          HasSubstr(R"("resume_after_line":3)"),
          HasSubstr("resume after it"),
          HasSubstr(R"("accepted":3)")
      )
  );
  EXPECT_THAT(sink_.stored(), ElementsAre("1", "2", "3"));
}

TEST_F(LineUploadTest, NeverTakesHalfALineWhenTheConnectionEnds) {
  upload_.Send(Lines(1, 1) + R"({"id":"half","name":"A"})");
  upload_.Disconnect();
  sink_.CompleteAll();

  EXPECT_THAT(sink_.stored(), ElementsAre("1"));
  EXPECT_FALSE(upload_.answer().has_value());
}

TEST_F(LineUploadTest, SaysAfterWhichLineToResumeWhenTheStoreRefuses) {
  upload_.Send(Lines(1, 1'000));
  upload_.Send(Lines(1'001, 1'000));
  upload_.Send(Lines(2'001, 1'000));
  EXPECT_EQ(sink_.held(), 3u);
  sink_.CompleteOldest();
  sink_.CompleteOldest(Unavailable("the disk has too little room"));
  EXPECT_FALSE(upload_.answer().has_value()) << "a batch is still under way";

  sink_.CompleteAll();

  ASSERT_TRUE(upload_.answer().has_value());
  EXPECT_EQ(upload_.answer()->status, 503);
  EXPECT_EQ(rest_testing::HeaderOf(*upload_.answer(), "retry-after"), "1");
  EXPECT_THAT(
      upload_.answer()->body,
      AllOf(HasSubstr("the disk has too little room"), HasSubstr(R"("resume_after_line":1000)"))
  );
}

TEST_F(LineUploadTest, TakesNothingFurtherAfterTheStoreRefused) {
  upload_.Send(Lines(1, 1));
  sink_.CompleteOldest(Unavailable("stopping"));

  EXPECT_FALSE(upload_.Send(Lines(2, 1)));
  EXPECT_EQ(sink_.held(), 0u);
  EXPECT_THAT(upload_.answer()->body, HasSubstr(R"("resume_after_line":0)"));
}

TEST_F(LineUploadTest, TellsNoIdsOfMoreThanAThousandLines) {
  upload_.Send(Lines(0, 1001));
  upload_.End();
  sink_.CompleteAll();

  EXPECT_THAT(
      upload_.answer()->body, AllOf(HasSubstr(R"("accepted":1001)"), HasSubstr(R"("ids":[])"))
  );
}

TEST_F(LineUploadTest, AnswersAnEmptyBody) {
  upload_.End();

  EXPECT_EQ(upload_.answer()->status, 200);
  EXPECT_THAT(upload_.answer()->body, HasSubstr(R"("accepted":0)"));
}

}  // namespace
}  // namespace tidings::rest
