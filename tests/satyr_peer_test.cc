// satyr's own samples: not fewer frames and modules than its parser finds.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "crashtext/anatomy.h"

namespace inquest::crashtext {
namespace {

const std::string kFolder = INQUEST_SOURCE_DIR "/../shared/corpora/satyr/kerneloopses";

// "[   12.345678] ", which is all that these samples have.
std::string_view without_stamp(std::string_view line) {
  if (!line.starts_with('[')) return line;
  const size_t end = line.find("] ");
  if (end == std::string_view::npos || end > 20 || line.substr(0, end).find('.') == std::string_view::npos) return line;
  return line.substr(end + 2);
}

// What satyr takes for a frame, by its grammar (lib/koops_frame.c): a line of "[<address>]", of ppc's pair of
// addresses, or of "function+0x1/0x2".
bool satyr_frame(std::string_view line) {
  line = trim(line);
  const size_t slash = line.find("/0x");
  const bool symbol = slash != std::string_view::npos && line.find("+0x") < slash;
  return (symbol && (line.starts_with("[<") || line.starts_with("([<") || line.starts_with("[c") ||
                     line.starts_with("? ") || line.substr(0, line.find("+0x")).find(' ') == std::string_view::npos));
}

TEST(SatyrPeer, FindsAtLeastAsManyFrames) {
  if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << "satyr's samples are not here";
  size_t with_frames = 0;
  size_t with_modules = 0;
  size_t samples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    std::vector<std::string_view> all;
    for (const std::string_view line : lines(text)) all.push_back(without_stamp(line));
    const Anatomy anatomy = dissect(all);
    size_t frames = 0;
    for (const Trace& trace : anatomy.traces) frames += trace.frames.size();
    size_t satyr = 0;
    for (const std::string_view line : all) satyr += satyr_frame(line) ? 1 : 0;
    EXPECT_GE(frames, satyr) << entry.path();
    ++samples;
    with_frames += frames > 0 ? 1 : 0;
    with_modules += anatomy.modules.seen() ? 1 : 0;
  }
  ASSERT_GT(samples, 0U);
  // satyr 0.42 on the 49 samples: frames in 47, modules in 16.
  EXPECT_GE(with_frames * 49, samples * 47);
  EXPECT_GE(with_modules * 49, samples * 16);
  RecordProperty("with_frames", static_cast<int>(with_frames));
  RecordProperty("with_modules", static_cast<int>(with_modules));
}

}  // namespace
}  // namespace inquest::crashtext
