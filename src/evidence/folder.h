// What is in a folder, in an order that does not depend on the file system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace inquest::evidence {

struct Listing {
  std::vector<std::string> names;  // sorted bytewise, without "." and ".."
  uint64_t left_out = 0;           // names that come after those and were too many
};

// The first `at_most` names in the folder.
Result<Listing> list_folder(const std::string& path, size_t at_most);

// Why a symbolic link that was found at `link`, somewhere in the folder whose real path is `root`, is to be reported:
// it leads out of the folder, back to a folder that it is in, nowhere, or in a circle. Without an error it leads to
// another place in the folder, which is visited under its own name.
Result<void> judge_link(const std::string& link, const std::string& root);

}  // namespace inquest::evidence
