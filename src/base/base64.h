// Bytes as text (RFC 4648), up to a gigabyte.
#pragma once

#include <string>
#include <string_view>

namespace inquest {

// Padded with '='.
std::string base64(std::string_view bytes);
// The same with '-' and '_', which stand in addresses and names of files, for '+' and '/'.
std::string base64_url(std::string_view bytes);

// Of base64(); empty for what is none.
std::string from_base64(std::string_view text);

}  // namespace inquest
