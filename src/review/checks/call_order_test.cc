#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

TEST(CallOrder, IsNewestFirstInATrace) {
  constexpr std::string_view kTrace =
      "```\nCall Trace:\n <TASK>\n abc_flush_queue+0x12/0x40 [abc]\n abc_do_work+0x55/0x90 [abc]\n "
      "process_one_work+0x1e0/0x380\n"
      " kthread+0xd7/0x100\n```\n\n";
  const auto flagged = [&](std::string_view text) {
    return testing::ids_of(std::string(kTrace) + std::string(text)).contains("call-order");
  };
  EXPECT_TRUE(flagged("Here abc_flush_queue() called abc_do_work(), which crashed."));
  EXPECT_TRUE(flagged("The chain is abc_flush_queue → process_one_work."));
  EXPECT_TRUE(flagged("Die Funktion process_one_work wurde von abc_do_work aufgerufen."));
  EXPECT_FALSE(flagged("Here abc_do_work() called abc_flush_queue(), which crashed."));
  EXPECT_FALSE(flagged("The chain is process_one_work → abc_flush_queue."));
  EXPECT_FALSE(flagged("Die Funktion abc_do_work wurde von process_one_work aufgerufen."));
}

}  // namespace
}  // namespace inquest::review
