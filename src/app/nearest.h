// The name that somebody probably meant.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace inquest::app {

// The candidate that takes the fewest single-character edits (a swap of neighbours is one) to become, if they are few
// for its length. Of equals the first.
std::optional<std::string> nearest(std::string_view name, std::span<const std::string> candidates);

// "; did you mean X?" or nothing.
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

}  // namespace inquest::app
