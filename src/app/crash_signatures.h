// Signatures of a report as other programs give them, on request.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "crashtext/report.h"

namespace inquest::app {

// Which are wanted.
struct ForeignSignatures {
  bool chromeos = false;  // ChromeOS' crash reporter; needs Report::stamped
  bool abrt = false;      // ABRT's and satyr's hash

  // "chromeos", "abrt", "chromeos,abrt"; "" is none. NotFound for another name.
  static Result<ForeignSignatures> parse(std::string_view names);

  bool any() const { return chromeos || abrt; }
  // Name and text of each that is wanted; an empty text where the report has no frames to make it from.
  std::vector<std::pair<std::string_view, std::string>> of(const crashtext::Report& report) const;
};

}  // namespace inquest::app
