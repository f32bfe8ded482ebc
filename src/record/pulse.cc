#include "record/pulse.h"

#include <algorithm>
#include <cmath>

namespace inquest::record {
namespace {

// Two clocks that differ by more do not agree, and what one says is no delay to the other.
constexpr Ns kClocksAgree = 2 * kMinute;

}  // namespace

std::string PulseSource::label() const { return name.empty() ? witness : witness + "/" + name; }

PulseSource* Pulse::find(std::string_view witness, std::string_view name) {
  const auto is = [&](const PulseSource& each) { return each.name == name && each.witness == witness; };
  for (const size_t at : {hint_, hint_ + 1}) {
    if (at < sources_.size() && is(sources_[at])) {
      hint_ = at;
      return &sources_[at];
    }
  }
  const auto found = std::ranges::find_if(sources_, is);
  if (found != sources_.end()) {
    hint_ = static_cast<size_t>(found - sources_.begin());
    return &*found;
  }
  if (sources_.size() >= kMostSources) return nullptr;
  hint_ = sources_.size();
  PulseSource& made = sources_.emplace_back();
  made.witness = witness;
  made.name = name;
  return &made;
}

PulseSource* Pulse::recall(std::string_view witness, std::string_view name) { return find(witness, name); }

Ns Pulse::instant_of(const Sign& sign) const {
  if (!sign.stated) return sign.received;
  if (std::abs(*sign.stated - sign.received) <= kClocksAgree) return *sign.stated;
  // Telemetry and journals state UTC. What a log states may lack zone or year; it counts where nothing contradicts it.
  if (sign.witness.starts_with("telemetry") || sign.witness == "journal") return *sign.stated;
  return sign.received;
}

bool Pulse::hear(const Sign& sign) {
  const bool newer = sign.steady >= last_;
  if (newer) last_ = sign.steady;
  PulseSource* source = sign.paced ? find(sign.witness, sign.source) : nullptr;
  if (source == nullptr) {
    life_ = std::max(life_, instant_of(sign));
    return newer;
  }
  if (source->cadence.last() == 0) source->cadence.set_sampled(sign.sampled);
  if (source->peer != sign.peer) source->peer = sign.peer;
  // Several lines of one time are one beat, and what comes with an older one was held up on its way.
  if (sign.stated && source->stated != 0 && *sign.stated <= source->stated) return *sign.stated == source->stated;
  if (source->cadence.beat(sign.steady)) source->outlived = false;
  if (sign.stated) {
    if (source->stated != 0) {
      // A running estimate of the median: it walks towards what it sees, so that a gap does not drag it along.
      const Ns step = *sign.stated - source->stated;
      source->step = source->step == 0
                         ? step
                         : source->step + std::clamp<Ns>(step - source->step, -source->step / 8, source->step / 8);
    }
    source->stated = *sign.stated;
    const Ns delay = sign.received - *sign.stated;
    source->delay = delay >= 0 && delay <= kClocksAgree ? delay : 0;
  }
  life_ = std::max(life_, instant_of(sign));
  if (!sign.kernel) outlive(sign);
  return true;
}

bool Pulse::overrules(const Sign& reported) {
  if (PulseSource* source = find(reported.witness, reported.source)) source->reported = true;
  return std::ranges::any_of(sources_,
                             [](const PulseSource& each) { return !each.reported && each.cadence.regular(); });
}

void Pulse::outlive(const Sign& sign) {
  // Whoever is late while another witness of the same host goes on is not missed because the host is gone. A kernel's
  // own words do not show that: it speaks of its lockups when nothing else runs any more.
  for (PulseSource& each : sources_) {
    if (each.outlived || each.witness == sign.witness) continue;
    if (!each.cadence.regular() || each.cadence.last() == 0) continue;
    if (sign.steady - each.cadence.last() > each.cadence.plain()) each.outlived = true;
  }
}

void Pulse::listen_from(Ns steady, Ns received) {
  listening_ = steady;
  listening_received_ = received;
  for (PulseSource& each : sources_) each.cadence.pause();
}

Ns Pulse::quiet_since() const { return std::max(last_, listening_); }

Patience Pulse::patience() const {
  Patience out;
  for (const PulseSource& each : sources_) {
    if (each.outlived || !each.cadence.regular()) continue;
    if (out.fastest == nullptr || each.cadence.lost() < out.lost) {
      out = {&each, each.cadence.late(), each.cadence.plain(), each.cadence.lost()};
    }
  }
  if (out.fastest == nullptr) return out;
  // An agent that stops is not its host: another witness has to be late as well, the fastest source of each counts.
  const Ns fastest = out.lost;
  std::vector<std::pair<std::string_view, Ns>> others;
  for (const PulseSource& each : sources_) {
    if (each.outlived || !each.cadence.regular() || each.witness == out.fastest->witness) continue;
    const auto known = std::ranges::find(others, each.witness, &std::pair<std::string_view, Ns>::first);
    if (known == others.end()) {
      others.emplace_back(each.witness, each.cadence.late());
    } else {
      known->second = std::min(known->second, each.cadence.late());
    }
  }
  for (const auto& [witness, late] : others) out.lost = std::max(out.lost, std::min(late, fastest + kLongestWait));
  return out;
}

Interval Pulse::window() const {
  Interval out;
  if (life_ != 0) out.after = Instant{life_, Precision::Second};
  const Patience patience = this->patience();
  if (patience.fastest == nullptr) return out;
  const PulseSource& fastest = *patience.fastest;
  const Ns jitter = fastest.cadence.high() - fastest.cadence.median();
  if (listening_ > last_) {
    // Nobody listened when it would have been due: it is known to be silent from the first sign on that was missed
    // afterwards.
    out.before = Instant{std::max(life_, listening_received_) + fastest.cadence.median() + jitter, Precision::Second};
    return out;
  }
  const Ns step = fastest.step > 0 ? fastest.step : fastest.cadence.median();
  Ns due = (fastest.stated != 0 ? fastest.stated : life_) + step;
  // Another source went on for a while: the first that was due behind the last sign counts.
  if (due <= life_ && step > 0) due += ((life_ - due) / step + 1) * step;
  out.before = Instant{due + jitter + fastest.delay, Precision::Second};
  return out;
}

std::vector<std::string> Pulse::paths() const {
  std::vector<std::string> out;
  for (const PulseSource& each : sources_) {
    if (each.cadence.regular() && !each.outlived && std::ranges::find(out, each.peer) == out.end())
      out.push_back(each.peer);
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace inquest::record
