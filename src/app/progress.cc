#include "app/progress.h"

#include <cstdio>

#include <fmt/format.h>

#include "app/terminal.h"
#include "base/text.h"
#include "report/words.h"

namespace inquest::app {
namespace {

constexpr auto kPatience = std::chrono::seconds(1);
constexpr auto kPause = std::chrono::milliseconds(100);

}  // namespace

Progress::Progress() : enabled_(can_show_progress()), start_(Clock::now()), next_(start_ + kPatience) {}

Progress::~Progress() { end(); }

void Progress::read(uint64_t bytes, const std::string& path) {
  if (!enabled_) return;
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + kPause;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const auto pace = static_cast<uint64_t>(static_cast<double>(bytes) / seconds);
  show(fmt::format("{}, {}/s: {}", report::size_text(bytes), report::size_text(pace), printable(path)));
}

void Progress::phase(std::string_view what) {
  if (enabled_ && Clock::now() >= start_ + kPatience) show(what);
}

void Progress::end() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

void Progress::show(std::string_view text) {
  // One column less than there are: some terminals wrap when the last is written.
  const std::string line = "\r\x1b[K" + ellipsis(text, message_width() - 1);
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace inquest::app
