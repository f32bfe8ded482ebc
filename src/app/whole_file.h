// A small input, read whole.
#pragma once

#include <cstddef>
#include <string>

#include "base/error.h"

namespace inquest::app {

// All of a file, or of standard input for "-". Limit where it has more than `most` bytes.
Result<std::string> read_whole(const std::string& path, size_t most);

}  // namespace inquest::app
