#include "crashtext/newlines.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

TEST(Newlines, AreCountedWhereverTheyStand) {
  // Long enough that a lane of every vector would wrap, with lines of all lengths.
  std::string text;
  for (size_t length = 0; text.size() < 100'000; length = (length + 7) % 90) text += std::string(length, 'x') + '\n';
  text += std::string(40'000, '\n');
  for (const size_t size : {0UL, 1UL, 63UL, 64UL, 127UL, 128UL, 129UL, 1000UL, 65'279UL, text.size()}) {
    const std::string_view part = std::string_view(text).substr(text.size() - size);
    const auto plain = static_cast<uint64_t>(std::ranges::count(part, '\n'));
    EXPECT_EQ(count_newlines(part), plain) << size;
    EXPECT_EQ(count_newlines_by<Bytes16>(part), plain) << size;
  }
}

}  // namespace
}  // namespace inquest::crashtext
