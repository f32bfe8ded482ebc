#include "app/message.h"

#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::app {

void complain(std::string_view text) {
  const std::string line = fmt::format("inquest: {}\n", printable(text));
  // Where standard error itself is gone, there is nobody left to tell.
  std::fwrite(line.data(), 1, line.size(), stderr);
}

ExitStatus usage_error(std::string_view text, std::string_view command) {
  complain(text);
  const std::string blank = command.empty() ? "" : " ";
  complain(fmt::format("see 'inquest{}{} --help'", blank, command));
  return ExitStatus::Usage;
}

}  // namespace inquest::app
