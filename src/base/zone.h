// Time zones by name, from the system's tz database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace inquest {

// A zone: an IANA name ("America/Los_Angeles"), "UTC", or a fixed offset ("+01:00", "UTC-8"). A value; cheap to copy.
// The system's tables end in 2037; later times have the offset of that year's end.
class Zone {
 public:
  // UTC.
  Zone() = default;

  // NotFound, with a hint at similar names, for a zone that does not exist.
  static Result<Zone> find(std::string_view name);
  static Zone fixed(Ns offset);

  const std::string& name() const { return name_; }

  // The UTC instants that a wall clock showing `local` (civil time read as UTC) can mean: one as a rule, two in the
  // hour that is repeated when daylight saving ends (earlier first), none in the hour that is skipped.
  std::vector<Ns> to_utc(Ns local) const;
  // Local minus UTC at that instant.
  Ns offset_at(Ns utc) const;
  // What the zone is called at that instant: "CET", "UTC"; a fixed offset's name, and that of a zone without letters,
  // are its offset.
  std::string abbreviation_at(Ns utc) const;

 private:
  std::string name_ = "UTC";
  Ns fixed_ = 0;
  const void* zone_ = nullptr;  // date::time_zone, owned by the library's database for the program's life
};

}  // namespace inquest
