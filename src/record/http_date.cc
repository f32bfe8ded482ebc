#include "record/http_date.h"

#include <chrono>

#include <fmt/chrono.h>

namespace inquest::record {

const std::string& HttpDate::text() {
  const Ns second = utc_() / kSecond;
  if (second != second_) {
    second_ = second;
    text_ = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(static_cast<std::time_t>(second)));
  }
  return text_;
}

}  // namespace inquest::record
