// Whether a person's words speak of something.
#pragma once

#include <string_view>

namespace inquest::reason {

// As a whole word, or words, in either case: "GPU" is in "gpu passthrough", and not in "GPUs2".
bool mentions(std::string_view text, std::string_view word);

}  // namespace inquest::reason
