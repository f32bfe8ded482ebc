// A log line as the cases of rules give it: whose it is, and what was said.
#pragma once

#include <string_view>

#include "rules/rule.h"

namespace inquest::rules {

struct CaseLine {
  std::string_view ident;    // the program; empty where nobody says
  std::string_view message;  // without stamps, host and program; both are views into the line

  // Understands what logs look like:
  //
  //     [   12.345678] text                                  the kernel's
  //     Feb  9 07:55:01 host corosync[812]: text             syslog, also with an ISO 8601 stamp
  //     corosync[812]: text, or kernel: text
  //
  // Any other line is text alone, said by whom the rule listens to.
  static CaseLine of(std::string_view line, const Source& otherwise);
};

}  // namespace inquest::rules
