// Golden files: what a program said once, read and approved by a human, kept beside its input.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace inquest::testing {

// Whether the file at `path` holds exactly `actual`. A mismatch shows the lines around the difference ("-" golden, "+"
// actual). With INQUEST_UPDATE_GOLDEN=1 in the environment the file is rewritten instead, and its path printed: read
// the difference in version control before keeping it.
::testing::AssertionResult matches_golden(const std::string& path, std::string_view actual);

// The first stretch in which two texts differ, with three lines of context, as a unified diff would show it. Empty
// where they are the same.
std::string first_difference(std::string_view expected, std::string_view actual);

// The whole file; a failed assertion, and an empty text, where it cannot be read.
std::string read_file(const std::string& path);

}  // namespace inquest::testing
