// What a review finds.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace inquest::review {

// A statement of a post-mortem that can't hold, or that claims more than is shown.
struct Contradiction {
  std::string id;                 // "duration-mismatch": the same for the same kind
  size_t line = 0;                // of the post-mortem
  std::string text;               // what it says there
  std::string reason;             // what speaks against it, and why
  std::vector<size_t> lines;      // others of the post-mortem that it is held against, or that say the same
  std::vector<std::string> cite;  // references: URLs, and places in the evidence ("syslog:12")
};

}  // namespace inquest::review
