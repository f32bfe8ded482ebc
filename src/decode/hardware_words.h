// How bad is what a management controller or firmware recorded, judged by its words: logs of different vendors name
// the same faults.
#pragma once

#include <string_view>

#include "decode/event_log.h"

namespace inquest::decode {

struct HardwareWords {
  model::Severity severity = model::Severity::Info;
  bool telling = false;  // a fault, or a change of power, that a death may turn on
};
HardwareWords judge_hardware(std::string_view text);

// From a word of the log itself: "Critical", "CAUTION", "Non-Critical", "Ok", "Informational". Unknown for others.
model::Severity severity_from_word(std::string_view word);

}  // namespace inquest::decode
