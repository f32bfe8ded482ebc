#include "record/sender_clock.h"

#include <algorithm>
#include <limits>

#include "base/checked.h"

namespace inquest::record {
namespace {

constexpr Ns kStep = 15 * kMinute;  // what zones' offsets are multiples of
constexpr Ns kWest = -12 * kHour;
constexpr Ns kEast = 14 * kHour;
constexpr Ns kAhead = kStep / 2;  // a clock that is not set may be so much ahead
constexpr Ns kLate = 2 * kDay;    // what a queue may hold back
constexpr uint32_t kConvincing = 16;
constexpr Ns kConvincingTime = kMinute;

// The offset that makes the message as fresh as it can be; nothing where no zone does.
std::optional<Ns> fresh_offset(Ns civil, Ns received) {
  const auto difference = checked_sub(civil, received);
  if (!difference || *difference < kWest - kStep || *difference > kEast + kStep) return std::nullopt;
  const Ns steps = (*difference + (*difference < 0 ? -kStep / 2 : kStep / 2)) / kStep;
  return std::clamp(steps * kStep, kWest, kEast);
}

Ns distance(Ns a, Ns b) { return checked_sub(std::max(a, b), std::min(a, b)).value_or(std::numeric_limits<Ns>::max()); }

Ns minus(Ns civil, Ns offset) { return checked_sub(civil, offset).value_or(civil); }

}  // namespace

Ns SenderClock::with_year(Ns civil, Ns received) {
  Civil date = to_civil(civil);
  const int year = to_civil(received).year;
  std::optional<Ns> best;
  for (int candidate = year - 1; candidate <= year + 1; ++candidate) {
    date.year = candidate;
    auto found = from_civil(date);
    if (!found && date.month == 2 && date.day == 29) {
      Civil before = date;
      before.day = 28;
      found = from_civil(before);
      if (found) *found += kDay;
    }
    if (found && (!best || distance(*found, received) < distance(*best, received))) best = found;
  }
  return best.value_or(civil);
}

SenderClock::Meaning SenderClock::utc(Ns civil, Ns received, const Zone* zone) {
  if (zone != nullptr) {
    const auto found = zone->to_utc(civil);
    // Of the hour that is repeated, the one that is nearer; an hour that is skipped is read with the offset of now.
    if (found.empty()) return {minus(civil, zone->offset_at(received)), std::nullopt};
    const auto nearer = [&](Ns a, Ns b) { return distance(a, received) < distance(b, received); };
    return {*std::ranges::min_element(found, nearer), std::nullopt};
  }
  const auto fresh = fresh_offset(civil, received);
  if (!offset_) offset_ = fresh;
  if (!offset_) return {civil, 0};  // days away: nothing speaks for a zone
  const Ns written = minus(civil, *offset_);
  const bool impossible =
      written > received ? distance(written, received) > kAhead : distance(written, received) > kLate;
  if (fresh && *fresh != *offset_) {
    // Ahead of time: the sender's zone has changed. Late: it has, or the message was queued; many that agree are news.
    if (other_ != fresh) {
      other_ = fresh;
      agreeing_ = 0;
      since_ = received;
    }
    ++agreeing_;
    const bool convincing = agreeing_ >= kConvincing && received - since_ >= kConvincingTime;
    if (impossible || convincing) offset_ = fresh;
  } else {
    other_.reset();
  }
  return {minus(civil, *offset_), *offset_};
}

}  // namespace inquest::record
