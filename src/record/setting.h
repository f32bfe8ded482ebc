// What can be set, declared once: the configuration file, the flags of `inquest record`, their help and the commented
// defaults all come from these rows.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace inquest::record {

enum class SettingKind : uint8_t {
  Flag,       // true or false
  Count,      // a whole number
  Size,       // "64MiB", "500MB", bytes without a unit
  Duration,   // "500ms", "10s", "5m", "12h", "30d"
  Text,       //
  Texts,      // a list
  Addresses,  // a list of ListenAddress
  Networks,   // a list of Network; empty: everybody
};

struct Setting {
  std::string_view name;  // "max-body", in its section's words
  SettingKind kind = SettingKind::Text;
  std::string_view standard;  // the default, as on the command line: lists with commas
  std::string_view help;      // half a sentence in lower case
};

// A section of the file: [http].
struct SettingGroup {
  std::string_view name;     // empty: what stands before the first section
  std::string_view summary;  // one line
  std::span<const Setting> settings;
};

}  // namespace inquest::record
