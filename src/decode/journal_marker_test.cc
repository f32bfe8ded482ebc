#include "decode/journal_marker.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

using Kind = JournalMarker::Kind;

TEST(JournalMarker, ReadsEachOfJournalctlsOwnLines) {
  const auto boot = journal_marker("-- Boot 4c1f2a9b7d3e4f5a8b6c7d8e9f0a1b2c --");
  ASSERT_TRUE(boot);
  EXPECT_EQ(boot->kind, Kind::Boot);
  EXPECT_EQ(boot->boot_id, "4c1f2a9b7d3e4f5a8b6c7d8e9f0a1b2c");
  const auto reboot = journal_marker("-- Reboot --");
  ASSERT_TRUE(reboot);
  EXPECT_EQ(reboot->kind, Kind::Boot);
  EXPECT_EQ(reboot->boot_id, "");
  for (const std::string_view line :
       {"-- Journal begins at Fri 2026-01-30 12:00:00 UTC, ends at Sat 2026-01-31 23:17:01 UTC. --",
        "-- Logs begin at Fri 2026-01-30 12:00:00 UTC, end at Sat 2026-01-31 23:17:01 UTC. --"}) {
    const auto extent = journal_marker(line);
    ASSERT_TRUE(extent) << line;
    EXPECT_EQ(extent->kind, Kind::Extent);
    EXPECT_EQ(extent->begins, "Fri 2026-01-30 12:00:00 UTC");
    EXPECT_EQ(extent->ends, "Sat 2026-01-31 23:17:01 UTC");
  }
  EXPECT_EQ(journal_marker("-- No entries --")->kind, Kind::Nothing);
  EXPECT_EQ(journal_marker("No journal files were found.")->kind, Kind::Nothing);
  EXPECT_EQ(journal_marker("Hint: You are currently not seeing messages from other users and the system.")->kind,
            Kind::Hidden);
}

TEST(JournalMarker, LeavesOtherLinesAlone) {
  for (const std::string_view line :
       {"", "--", "-- ", "-- MARK --", "-- Boot --", "-- Boot  --", "-- Boot 4c1f --",
        "-- Boot 4C1F2A9B7D3E4F5A8B6C7D8E9F0A1B2C --", "-- Journal begins at Fri, ends at",
        "-- Logs begin at . --, end at ", "Hint: other"}) {
    EXPECT_FALSE(journal_marker(line)) << line;
  }
}

}  // namespace
}  // namespace inquest::decode
