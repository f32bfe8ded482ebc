#include "crashtext/errno_name.h"

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

TEST(ErrnoName, KnowsNumbersAndNames) {
  EXPECT_EQ(find_errno(52)->name, "EBADE");
  EXPECT_NE(find_errno(52)->note.find("ECKSUM"), std::string_view::npos);
  EXPECT_EQ(find_errno("ECKSUM")->number, 52);
  EXPECT_EQ(find_errno("EFSCORRUPTED")->number, 117);
  EXPECT_EQ(find_errno(11)->name, "EAGAIN");
  EXPECT_EQ(find_errno(517)->name, "EPROBE_DEFER");
  EXPECT_EQ(find_errno(0), nullptr);
  EXPECT_EQ(find_errno(4095), nullptr);
  EXPECT_EQ(find_errno("ENOSUCH"), nullptr);
}

TEST(ErrnoName, KnowsSignals) {
  EXPECT_EQ(find_signal(11)->name, "SIGSEGV");
  EXPECT_EQ(find_signal("KILL")->number, 9);
  EXPECT_EQ(find_signal("SIGBUS")->number, 7);
  EXPECT_EQ(find_signal(0), nullptr);
  EXPECT_EQ(find_signal(64), nullptr);
}

TEST(ErrnoName, NamesEachNumberOnce) {
  int before = 0;
  for (const ErrnoName& entry : errnos()) {
    EXPECT_GT(entry.number, before) << entry.name;
    before = entry.number;
  }
}

}  // namespace
}  // namespace inquest::crashtext
