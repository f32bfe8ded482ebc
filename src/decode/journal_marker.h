// The lines that journalctl itself writes between the records of its text output.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inquest::decode {

struct JournalMarker {
  enum class Kind : uint8_t {
    Boot,     // "-- Boot 4c1f... --", "-- Reboot --": the next record is of another boot
    Extent,   // "-- Journal begins at ..., ends at .... --", "-- Logs begin at ..., end at .... --": older versions'
              // first line
    Hidden,   // "Hint: You are currently not seeing messages from other users and the system."
    Nothing,  // "-- No entries --", "No journal files were found."
  };
  Kind kind = Kind::Nothing;
  std::string_view boot_id;  // Boot: empty where it is not said
  std::string_view begins;   // Extent: as printed
  std::string_view ends;
};

// The marker that a line is, if it is one. Views into the line.
std::optional<JournalMarker> journal_marker(std::string_view line);

// A line of the explanations that `journalctl -x` puts behind a record ("-- Subject: ...", or with two shaded boxes for
// the dashes). Other texts may look so too.
bool is_catalog_line(std::string_view line);

}  // namespace inquest::decode
