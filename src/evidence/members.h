// Members of an archive, one after the other, whatever kind of archive it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "evidence/walk.h"

namespace inquest::evidence {

struct Member {
  std::string name;        // as member_name() shows it
  Ns modified = 0;         // 0 unknown
  uint64_t size = 0;       // 0 unknown
  bool encrypted = false;  // and therefore not to be read
};

class Members {
 public:
  virtual ~Members() = default;
  // The next member, nothing at the end, or why there is no more to come. The contents of the member before are gone.
  virtual Result<std::optional<Member>> next() = 0;
  // Of the member that next() gave.
  virtual Bytes& contents() = 0;
};

}  // namespace inquest::evidence
