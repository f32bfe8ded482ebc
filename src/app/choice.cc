#include "app/choice.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace inquest::app {

std::string wrong_choice(std::string_view option, std::string_view given,
                         std::initializer_list<std::string_view> words) {
  if (std::ranges::find(words, given) != words.end()) return {};
  std::string list;
  for (const std::string_view& word : words) {
    if (&word != words.begin()) list += &word == std::prev(words.end()) ? " and " : ", ";
    list += word;
  }
  return fmt::format("{}: \"{}\" is none of {}", option, given, list);
}

Result<Colour> colour_choice(std::string_view given) {
  if (std::string wrong = wrong_choice("--color", given, {"auto", "always", "never"}); !wrong.empty()) {
    return fail(ErrorCode::Malformed, std::move(wrong));
  }
  return given == "always" ? Colour::Always : given == "never" ? Colour::Never : Colour::Auto;
}

}  // namespace inquest::app
