// The time as HTTP's header Date says it.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "base/time.h"

namespace inquest::record {

// Made anew each second. Not thread-safe.
class HttpDate {
 public:
  explicit HttpDate(std::function<Ns()> utc) : utc_(std::move(utc)) {}

  const std::string& text();  // "Sun, 06 Nov 1994 08:49:37 GMT"

 private:
  std::function<Ns()> utc_;
  Ns second_ = -1;
  std::string text_;
};

}  // namespace inquest::record
