#include "decode/journal_entry.h"

#include <gtest/gtest.h>

#include "model/case.h"

namespace inquest::decode {
namespace {

// A flipped bit in a journal file gives any number at all.
TEST(JournalRecorder, TakesNoTimeThatNanosecondsCannotHold) {
  model::Case c;
  c.evidence.emplace_back().status = model::Outcome::Clean;
  Sink sink(c, 0);
  JournalRecorder recorder(sink);
  JournalEntry entry;
  entry.realtime = JournalRecorder::kLatest + 1;
  entry.message = "from the far future";
  recorder.record(entry);
  EXPECT_TRUE(c.events.empty());
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  entry.realtime = JournalRecorder::kLatest;
  recorder.record(entry);
  recorder.finish();
  ASSERT_EQ(c.events.size(), 1U);
  EXPECT_EQ(c.events[0].time, static_cast<Ns>(JournalRecorder::kLatest) * kMicro);
}

}  // namespace
}  // namespace inquest::decode
