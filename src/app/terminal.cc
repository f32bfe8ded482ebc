#include "app/terminal.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

namespace inquest::app {
namespace {

constexpr size_t kLeast = 40;
constexpr size_t kMost = 500;
constexpr size_t kMostReadable = 120;
constexpr size_t kUsual = 80;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes the environment
  return value == nullptr ? std::string_view() : value;
}

std::optional<size_t> columns_of(int fd) {
  winsize size{};
  if (isatty(fd) == 0 || ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

bool dumb() { return variable("TERM").empty() || variable("TERM") == "dumb"; }

}  // namespace

size_t text_width() {
  if (const auto wish = parse_int<size_t>(variable("COLUMNS")); wish && *wish > 0)
    return std::clamp(*wish, kLeast, kMost);
  return std::clamp(columns_of(STDOUT_FILENO).value_or(kUsual), kLeast, kMostReadable);
}

size_t message_width() { return std::clamp(columns_of(STDERR_FILENO).value_or(kUsual), kLeast, kMost); }

bool use_colour(Colour wish) {
  if (wish != Colour::Auto) return wish == Colour::Always;
  return isatty(STDOUT_FILENO) != 0 && !dumb() && variable("NO_COLOR").empty();
}

bool can_show_progress() { return isatty(STDERR_FILENO) != 0 && !dumb(); }

}  // namespace inquest::app
