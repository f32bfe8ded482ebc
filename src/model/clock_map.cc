#include "model/clock_map.h"

#include "base/checked.h"

namespace inquest::model {

std::optional<Ns> with_year(Ns raw, int first_year) {
  Civil civil = to_civil(raw);
  civil.year += first_year - 2000;
  return from_civil(civil);
}

std::optional<Moment> ClockMap::utc(const Stream& stream, StreamId id, Ns raw) const {
  if (stream.clock == ClockDomain::Utc) return Moment{raw, raw, stream.precision};
  if (id >= clocks_.size() || !clocks_[id].mapped) return std::nullopt;
  const StreamClock& clock = clocks_[id];
  Moment moment{raw, raw, stream.precision};
  if (stream.clock == ClockDomain::Monotonic) {
    const auto utc = checked_add(clock.boot_start, raw);
    if (!utc) return std::nullopt;
    moment.earliest = moment.latest = *utc;
  } else if (stream.clock == ClockDomain::LocalWall) {
    if (!clock.zone) return std::nullopt;
    const auto local = stream.yearless ? with_year(raw, clock.first_year) : std::optional(raw);
    if (!local) return std::nullopt;
    const auto utc = clock.zone->to_utc(*local);
    if (utc.empty()) return std::nullopt;
    moment.earliest = utc.front();
    moment.latest = utc.back();
  } else {
    return std::nullopt;
  }
  const auto earliest = checked_sub(moment.earliest, clock.uncertainty);
  const auto latest = checked_add(moment.latest, clock.uncertainty);
  if (!earliest || !latest) return std::nullopt;
  moment.earliest = *earliest;
  moment.latest = *latest;
  // Digits below the uncertainty would only pretend to be known.
  while (moment.precision < Precision::Second && unit(moment.precision) * 1000 <= clock.uncertainty) {
    moment.precision = static_cast<Precision>(static_cast<uint8_t>(moment.precision) + 1);
  }
  return moment;
}

}  // namespace inquest::model
