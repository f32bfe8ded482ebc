// Logs of package managers, one action a line: what was changed on a host, and when.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "decode/event_log.h"
#include "decode/line_reader.h"
#include "decode/log_stamp.h"
#include "decode/year_counter.h"

namespace inquest::decode {

// One line. Views into it.
struct PackageLine {
  Stamp stamp;
  std::string_view action;   // "upgrade"; empty where the line changes nothing (a script's words, a status)
  std::string_view package;  // its name, perhaps with architecture and version
  std::string_view message;  // behind the stamp, to the line's end
  bool failed = false;
};

// Records an event for each line that `parse` knows, a `change` landmark for each action (number 1 where the package
// is of the kernel's), and a diagnostic for lines that it does not know.
class PackageLogReader : public LineReader {
 public:
  using Parse = std::optional<PackageLine> (*)(std::string_view line, StampParser& stamps);
  PackageLogReader(Sink& sink, std::string_view manager, Parse parse);

 protected:
  void line(std::string_view text, const Place& place) override;

 private:
  Parse parse_;
  StampParser stamps_;
  YearCounter years_;
  EventLog utc_;
  EventLog wall_;
  EventLog yearless_;
};

// Certain where most of the first lines are known and one of them is an action.
Claim sniff_package_log(const Head& head, PackageLogReader::Parse parse);

}  // namespace inquest::decode
