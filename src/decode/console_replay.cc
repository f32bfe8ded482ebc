#include "decode/console_replay.h"

#include <functional>

namespace inquest::decode {
namespace {

uint64_t key(Ns stamp, std::string_view message) {
  return std::hash<std::string_view>{}(message) ^ (static_cast<uint64_t>(stamp) * 0x9E3779B97F4A7C15);
}

// Before the clock's source is calibrated stamps are 0 or count ticks, and for a while after it they hardly vary.
bool mute(Ns stamp) { return stamp < 100 * kMilli || stamp % kMilli == 0; }

}  // namespace

void ConsoleReplay::saw(Ns stamp, std::string_view message) {
  if (!mute(stamp) && seen_.size() < kMost) seen_.insert(key(stamp, message));
}

ConsoleReplay::Line ConsoleReplay::look_up(Ns stamp, std::string_view message) const {
  if (mute(stamp)) return Line::Mute;
  return seen_.contains(key(stamp, message)) ? Line::Known : Line::New;
}

}  // namespace inquest::decode
